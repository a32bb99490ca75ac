using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;

namespace Backbone.Host.Doctor;

/// <summary>The data folder: there, ours, writable, with room.</summary>
internal sealed class StorageCheck(BackboneOptions options) : IDoctorCheck
{
    private const long WantedFreeBytes = 1L << 30;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public string Area => "storage";

    public Task<IReadOnlyList<DoctorFinding>> ExamineAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<DoctorFinding>>([.. Examine()]);

    private IEnumerable<DoctorFinding> Examine()
    {
        var folder = new DirectoryInfo(options.DataDirectory);
        if (!folder.Exists)
        {
            yield return DoctorFinding.Sound($"{folder.FullName} does not exist yet; the first start creates it");
            yield break;
        }

        if (!OperatingSystem.IsWindows() && (folder.UnixFileMode & Others) != 0)
        {
            yield return DoctorFinding.Problem($"{folder.FullName} is open to other users", $"chmod 700 {folder.FullName}");
        }

        var free = new DriveInfo(folder.FullName).AvailableFreeSpace;
        yield return free < WantedFreeBytes
            ? DoctorFinding.Problem(
                $"{free >> 20} MiB free on the disk of {folder.FullName}, {WantedFreeBytes >> 20} wanted",
                "Free space or move the folder: the audit log refuses sign-ins when it cannot write.")
            : DoctorFinding.Sound($"{folder.FullName}: {free >> 20} MiB free");
    }
}
