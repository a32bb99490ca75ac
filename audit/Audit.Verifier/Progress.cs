using System.Globalization;
using Backbone.Audit.Verifier.Findings;

namespace Backbone.Audit.Verifier;

/// <summary>Says on a writer (standard error) how far a run has come, every two seconds.</summary>
internal sealed class Progress : IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly ITimer timer;
    private bool ended;

    public Progress(TextWriter writer, Report report, TimeProvider clock)
    {
        var start = clock.GetTimestamp();
        timer = clock.CreateTimer(
            _ =>
            {
                // The writer is the caller's and may be closed as soon as this is disposed of; a timer's last round may still be under way then.
                lock (gate)
                {
                    if (!ended)
                    {
                        writer.WriteLine(string.Create(
                            CultureInfo.InvariantCulture,
                            $"{clock.GetElapsedTime(start).TotalSeconds:F0} s: {report.Entries:N0} entries, {report.Bytes / 1e6:N0} MB, {report.Count} finding(s)"));
                    }
                }
            },
            null, Pace, Pace);
    }

    /// <summary>Nothing is written afterwards.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            ended = true;
        }

        timer.Dispose();
    }
}
