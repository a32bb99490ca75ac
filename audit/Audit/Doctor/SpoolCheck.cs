using Backbone.Audit.Contracts;
using Backbone.Audit.Forwarding;
using Backbone.Audit.Storage;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;

namespace Backbone.Audit.Doctor;

/// <summary>How much waits in the spool and since when, when the log last answered and what it said. Changes nothing.</summary>
internal sealed class SpoolCheck(BackboneOptions platform, TimeProvider clock) : IDoctorCheck
{
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Remembered = TimeSpan.FromDays(7);

    public string Area => "audit spool";

    public Task<IReadOnlyList<DoctorFinding>> ExamineAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<DoctorFinding>>([.. Examine()]);

    private IEnumerable<DoctorFinding> Examine()
    {
        var folder = platform.PathOf("audit", "spool");
        if (!Directory.Exists(folder))
        {
            yield return DoctorFinding.Sound("none yet; the first start begins it");
            yield break;
        }

        DoctorFinding length;
        try
        {
            length = Length(folder);
        }
        catch (AuditLogCorruptException damage)
        {
            length = DoctorFinding.Problem(damage.Message, "Keep a copy of the folder as evidence and read audit/README.md, \"When the log refuses to open\".");
        }

        yield return length;
        if (ForwardStatus.Read(platform.PathOf("audit", ForwardStatus.FileName)) is not { } status)
        {
            yield return DoctorFinding.Sound("the log was never asked yet");
        }
        else
        {
            var contact = status.LastContact is { } at ? $"the log last answered at {at:u}" : "the log never answered";
            yield return status.Fault is { } fault
                ? DoctorFinding.Warning($"{contact}; since {status.FaultSince:u}: {fault}", $"{status.Cure ?? "Look at the log's host and the network (docs/forwarding.md)."} This host goes on until its spool is full.")
                : DoctorFinding.Sound(contact);
            if (status.LastReuse is { } reuse && clock.GetUtcNow() - reuse < Remembered)
            {
                yield return DoctorFinding.Warning(
                    $"at {reuse:u} events came to the log under numbers that others had before; they are in the log", ForwardTrouble.ReuseCure);
            }
        }

        if (new FileInfo(platform.PathOf("audit", "refused.ndjson")) is { Exists: true, Length: > 0 } refused)
        {
            yield return DoctorFinding.Warning($"the log refused events: {refused.FullName}", "Read the reasons, send them again when the cause is gone (docs/forwarding.md), and move the file.");
        }
    }

    private DoctorFinding Length(string folder)
    {
        using var store = new ExaminedSegments(folder);
        var next = new CursorFile(platform.PathOf("audit", "cursors"), "forward").Read() ?? 0;
        var found = new Recovery(store, deduplicationWindow: 0, verifyAll: false).Run();
        if (next > found.NextIndex)
        {
            return DoctorFinding.Warning(
                $"the spool ends before event {found.NextIndex} and {next} had been acknowledged: its folder was restored from a copy",
                "Start the host: it sends again what is there, and the log recognises what it has (docs/forwarding.md).");
        }

        var waiting = found.NextIndex - next;
        if (waiting <= 0 || new LogReader(store, found.Segments, found.NextIndex).Read(next, 1).FirstOrDefault() is not { Payload: { } oldest })
        {
            return DoctorFinding.Sound("no event waits for the log");
        }

        var since = AuditEventJson.Decode(oldest).Timestamp;
        var said = $"{waiting} events wait for the log, the oldest of {since:u}";
        return clock.GetUtcNow() - since > Late
            ? DoctorFinding.Warning(said, "They are sent as soon as the log answers; see that the spool does not fill (Backbone:Audit:Forward:MaximumBytes).")
            : DoctorFinding.Sound(said);
    }
}
