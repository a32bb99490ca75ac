using System.Globalization;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;

namespace Backbone.Host.Doctor;

/// <summary>A clock that runs behind what it has already written makes tokens of the future and a log out of order.</summary>
internal sealed class ClockCheck(BackboneOptions options, TimeProvider clock) : IDoctorCheck
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);
    private static readonly DateTimeOffset BuiltAfter = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public string Area => "clock";

    public Task<IReadOnlyList<DoctorFinding>> ExamineAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<DoctorFinding>>([Examine()]);

    private DoctorFinding Examine()
    {
        var now = clock.GetUtcNow();
        if (now < BuiltAfter)
        {
            return DoctorFinding.Problem($"the clock says {Text(now)}, before this program was made", "Set the time, then start.");
        }

        var newest = Directory.Exists(options.DataDirectory)
            ? Directory.EnumerateFiles(options.DataDirectory, "*", SearchOption.AllDirectories).Select(File.GetLastWriteTimeUtc).DefaultIfEmpty().Max()
            : default;
        return newest > now.UtcDateTime + Tolerance
            ? DoctorFinding.Problem(
                $"the clock says {Text(now)}, but the data folder was written at {Text(newest)}",
                "The clock was set back. Correct it (chrony, ntpd) before starting: sessions and keys are judged by it.")
            : DoctorFinding.Sound($"{Text(now)}, not behind the data folder");
    }

    private static string Text(DateTimeOffset time) => time.ToString("u", CultureInfo.InvariantCulture);
}
