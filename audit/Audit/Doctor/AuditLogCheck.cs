using Backbone.Audit.Storage;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;

namespace Backbone.Audit.Doctor;

/// <summary>Reads the whole log as a start would, and changes nothing: what a start would cut is said, what it would refuse too.</summary>
internal sealed class AuditLogCheck(BackboneOptions platform) : IDoctorCheck
{
    public string Area => "audit log";

    public Task<IReadOnlyList<DoctorFinding>> ExamineAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<DoctorFinding>>([Examine()]);

    private DoctorFinding Examine()
    {
        var folder = platform.PathOf("audit", "log");
        if (!Directory.Exists(folder))
        {
            return File.Exists(platform.PathOf("keys", "master.key"))
                ? DoctorFinding.Problem($"{folder} is missing, but this data folder has been in use", $"Restore {folder} from its backup before starting.")
                : DoctorFinding.Sound("none yet; the first start begins it");
        }

        using var store = new ExaminedSegments(folder);
        if (store.IsInUse)
        {
            return DoctorFinding.Sound("a running host has it open and verified it at its start");
        }

        try
        {
            var log = new Recovery(store, deduplicationWindow: 0, verifyAll: true).Run();
            return log.Torn is { } torn
                ? DoctorFinding.Warning(
                    $"{torn.Path} ends with {torn.Bytes} bytes that were never acknowledged", "Nothing to do: the next start cuts them and says so in its log.")
                : DoctorFinding.Sound($"{log.NextIndex} events in {log.Segments.Count} segments, every one intact");
        }
        catch (AuditLogCorruptException damage)
        {
            return DoctorFinding.Problem(
                damage.Message, "Keep a copy of the folder as evidence, restore the log from its backup, and read audit/README.md, \"When the log refuses to open\".");
        }
    }
}
