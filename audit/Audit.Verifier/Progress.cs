using System.Globalization;
using Backbone.Audit.Verifier.Findings;

namespace Backbone.Audit.Verifier;

/// <summary>Says on a writer (standard error) how far a run has come, every two seconds.</summary>
internal sealed class Progress : IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);

    private readonly Timer timer;

    public Progress(TextWriter writer, Report report, TimeProvider clock)
    {
        var start = clock.GetTimestamp();
        timer = new Timer(
            _ => writer.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{clock.GetElapsedTime(start).TotalSeconds:F0} s: {report.Entries:N0} entries, {report.Bytes / 1e6:N0} MB, {report.Count} finding(s)")),
            null, Pace, Pace);
    }

    public void Dispose()
    {
        timer.Dispose();
    }
}
