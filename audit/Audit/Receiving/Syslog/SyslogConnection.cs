using System.Buffers;
using System.IO.Pipelines;
using Backbone.Audit.Contracts;
using Backbone.Audit.Events;
using Microsoft.Extensions.Logging;

namespace Backbone.Audit.Receiving.Syslog;

/// <summary>
/// One sender's connection. Syslog has no answers: what is wrong is counted, told to the operator, and stands as an event of its own in the
/// log. The next bytes are read when the events before them are on disk, so that a sender that is too fast waits.
/// </summary>
internal sealed class SyslogConnection(
    Stream stream, EventSender sender, IEnumerable<KeyValuePair<string, string>> defaults, EventIntake intake, IAuditTrail trail, TimeSpan within,
    TimeProvider clock, ILogger logger)
{
    private const int MostAtOnce = 512;

    /// <summary>A sender that says nothing for this long has gone.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromHours(1);

    /// <summary>Refusals are told at most this often.</summary>
    private static readonly TimeSpan TellEvery = TimeSpan.FromMinutes(1);

    private DateTimeOffset? toldAt;
    private long untold;
    private string firstField = "";
    private string firstRule = "";

    /// <summary>Until the sender leaves, breaks the framing or dribbles, or the host stops. What it had sent whole is on disk then.</summary>
    /// <exception cref="AuditUnavailableException">The log takes nothing.</exception>
    public async Task ReceiveAsync(CancellationToken stopping)
    {
        var reader = PipeReader.Create(stream);
        try
        {
            await ReadAsync(reader, stopping);
        }
        catch (IOException)
        {
            // The sender went away.
        }
        finally
        {
            await reader.CompleteAsync();
            await TellAsync();
        }
    }

    private async Task ReadAsync(PipeReader reader, CancellationToken stopping)
    {
        DateTimeOffset? begun = null;
        while (true)
        {
            var left = begun is { } since ? since + within - clock.GetUtcNow() : Idle;
            if (left <= TimeSpan.Zero || await ReadWithinAsync(reader, left, stopping) is not { } read)
            {
                SyslogLines.Slow(logger, sender.Id);
                return;
            }

            var buffer = read.Buffer;
            var drafts = new List<EventDraft>();
            var state = FrameState.Partial;
            while (drafts.Count < MostAtOnce && (state = SyslogFrames.TryTake(ref buffer, out var message)) == FrameState.Message)
            {
                drafts.Add(SyslogEvents.Draft(message.IsSingleSegment ? message.FirstSpan : message.ToArray(), defaults));
            }

            await TakeAsync(drafts, stopping);
            if (state == FrameState.Broken)
            {
                SyslogLines.Broken(logger, sender.Id);
                return;
            }

            // A message that has begun has its time from its first byte on, however slowly others follow.
            begun = state == FrameState.Message || buffer.IsEmpty ? null : drafts.Count > 0 ? clock.GetUtcNow() : begun ?? clock.GetUtcNow();
            reader.AdvanceTo(buffer.Start, state == FrameState.Message ? buffer.Start : buffer.End);
            if (read.IsCompleted && state == FrameState.Partial)
            {
                return;
            }
        }
    }

    private async ValueTask<ReadResult?> ReadWithinAsync(PipeReader reader, TimeSpan left, CancellationToken stopping)
    {
        using var late = new CancellationTokenSource(left, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopping);
        try
        {
            return await reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task TakeAsync(List<EventDraft> drafts, CancellationToken stopping)
    {
        if (drafts.Count == 0)
        {
            return;
        }

        foreach (var refused in (await intake.TakeAsync(drafts, sender, stopping)).Where(one => !one.IsAccepted))
        {
            if (untold++ == 0)
            {
                (firstField, firstRule) = (refused.Violations[0].Field, refused.Violations[0].Rule);
            }
        }

        if (untold > 0 && (toldAt is null || clock.GetUtcNow() - toldAt > TellEvery))
        {
            await TellAsync();
        }
    }

    private async Task TellAsync()
    {
        if (untold == 0)
        {
            return;
        }

        // The sender's own names may say anything; only those of fields are written down.
        var field = Contracts.Fields.EventFields.Find(firstField) is not null || firstField == "event" ? firstField : "(no field of an event)";
        SyslogLines.Refused(logger, untold, sender.Id, field, firstRule);
        var refusal = AuditKinds.Refuse.Occurred(clock, "invalid").With("resource.type", "syslog-message").With("resource.count", untold);
        untold = 0;
        toldAt = clock.GetUtcNow();
        try
        {
            await trail.AppendAsync(refusal with { ClientId = sender.Id });
        }
        catch (AuditUnavailableException)
        {
            // The operator's line is all there can be.
        }
    }
}

internal static partial class SyslogLines
{
    [LoggerMessage(3210, LogLevel.Information, "Syslog is received at {ListenAddress}")]
    public static partial void Listening(ILogger logger, string listenAddress);

    [LoggerMessage(3211, LogLevel.Warning, "{Count} syslog messages of {Sender} were refused; the first: {Field}: {Rule}")]
    public static partial void Refused(ILogger logger, long count, string sender, string field, string rule);

    [LoggerMessage(3212, LogLevel.Warning, "A syslog connection of {Sender} was closed: where a message should begin there was none, or it is too long")]
    public static partial void Broken(ILogger logger, string sender);

    [LoggerMessage(3213, LogLevel.Warning, "A syslog connection of {Sender} was closed: a message did not come to its end in time")]
    public static partial void Slow(ILogger logger, string sender);

    [LoggerMessage(3214, LogLevel.Warning, "{Count} syslog connections were closed before they began; the last: {Reason}")]
    public static partial void Rejected(ILogger logger, long count, string reason);

    [LoggerMessage(3215, LogLevel.Error, "A syslog connection of {Sender} was closed: the log takes no events")]
    public static partial void LogAway(ILogger logger, string sender);
}
