using System.Security.Cryptography;
using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Storage;
using Backbone.Platform.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Backbone.Audit.Forwarding;

/// <summary>
/// The one loop from the spool to the log: batches in order, one at a time, each until the log has answered for it. Whoever appends never
/// waits for it. What is in doubt is sent again: the log knows what it has.
/// </summary>
internal sealed class ForwardEvents(
    SpoolTrail spool, CursorFile cursor, RefusedEvents refused, LogHost host, ForwardProgress progress, ForwardMetrics metrics, ForwardLimits limits,
    BackboneOptions platform, TimeProvider clock, ILogger<AuditModule> logger) : BackgroundService
{
    private static readonly TimeSpan NoteEvery = TimeSpan.FromSeconds(5);

    private readonly FillSpoolBatch fill = new(spool.Records, limits);
    private TimeSpan pause = limits.FirstPause;
    private DateTimeOffset noted;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Off the start's thread: a log that is away must not hold up the server.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunAsync(stoppingToken);
                return;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever went wrong here must neither end the host nor the forwarding.
            catch (Exception cause)
#pragma warning restore CA1031
            {
                var isNew = progress.Failed(ForwardTrouble.Here(cause));
                if (isNew)
                {
                    ForwardLines.BeginsAnew(logger, cause.Message, cause);
                }

                Note(isNew);
                try
                {
                    await PauseAsync(null, stoppingToken);
                }
                catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
                {
                    return;
                }
            }
        }
    }

    /// <summary>Until the spool is closed.</summary>
    private async Task RunAsync(CancellationToken stopping)
    {
        var next = Begin();
        while (await spool.Records.WaitForAsync(next, stopping))
        {
            var batch = fill.From(next);
            var said = await host.SendAsync(spool.Id, batch, spool.Records.StartIndex, stopping);
            if (said is { Status: StatusCodes.Status200OK, Answer: { } taken } && taken.Next == batch.End)
            {
                Settle(batch, taken.Refused ?? []);
                if (taken.Reused is { } reused)
                {
                    ForwardLines.Reused(logger, reused, batch.First, ForwardTrouble.ReuseCure);
                    progress.Reused();
                    Note(isChange: true);
                }

                next = batch.End;
                fill.Grow();
                await spool.SayDropsAsync(stopping);
            }
            else if (said is { Status: StatusCodes.Status409Conflict, Answer: { } elsewhere }
                && elsewhere.Next >= spool.Records.StartIndex && elsewhere.Next < next)
            {
                ForwardLines.GoesBack(logger, elsewhere.Next, next);
                next = elsewhere.Next;
                cursor.Write(next);
                progress.Begin(next, progress.LastReuse);
            }
            else if (said.Status == StatusCodes.Status413PayloadTooLarge && batch.Count > 1)
            {
                fill.Shrink(batch.Count);
            }
            else if (said.Status == StatusCodes.Status413PayloadTooLarge)
            {
                Settle(batch, [new SpoolRefusal(batch.First, [new FieldViolation("event", "small enough for the log", $"{batch.Lines.Length} bytes")])]);
                next = batch.End;
            }
            else
            {
                var isNew = progress.Failed(said.Trouble);
                if (isNew)
                {
                    ForwardLines.StandsStill(logger, said.Trouble.Reason, said.Trouble.Cure);
                }

                Note(isNew);

                await PauseAsync(said.RetryAfter, stopping);
            }
        }
    }

    /// <summary>Where the cursor stands, or where the spool begins when it was lost; the log knows what it has.</summary>
    private long Begin()
    {
        var next = Math.Max(cursor.Read() ?? 0, spool.Records.StartIndex);
        progress.Begin(next, ForwardStatus.Read(platform.PathOf("audit", ForwardStatus.FileName))?.LastReuse);
        return next;
    }

    /// <summary>The log has answered for all of the batch: first the refused on disk, then the cursor, then may go what it has passed.</summary>
    private void Settle(SpoolBatch batch, IReadOnlyList<SpoolRefusal> refusals)
    {
        if (refusals.Count > 0)
        {
            refused.Append(refusals, fill.EventOf);
            ForwardLines.Refused(logger, refusals.Count, refusals[0].Sequence, refusals[0].Violations[0].ToString(), refused.FullPath);
        }

        cursor.Write(batch.End);
        spool.Release(batch.End);
        metrics.Events.Add(batch.Count - refusals.Count);
        metrics.RefusedEvents.Add(refusals.Count);
        pause = limits.FirstPause;
        var goesOn = progress.Answered(batch.End, refusals.Count);
        if (goesOn)
        {
            ForwardLines.GoesOn(logger, batch.End);
        }

        Note(goesOn);
    }

    /// <summary>For the doctor: at once when something changed, else every few seconds.</summary>
    private void Note(bool isChange)
    {
        var now = clock.GetUtcNow();
        if (!isChange && now - noted < NoteEvery)
        {
            return;
        }

        try
        {
            var fault = progress.Fault;
            new ForwardStatus(progress.LastContact, fault?.Reason, fault?.Since, fault?.Cure, progress.LastReuse).Write(platform.PathOf("audit", ForwardStatus.FileName));
            noted = now;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // What the doctor reads is older then; events are what counts, and a full disk is said by what they meet.
        }
    }

    /// <summary>
    /// As long as the log asks for, within <see cref="ForwardLimits.LongestPause"/>; else doubled each time. A part by chance, so that many hosts do
    /// not come at once.
    /// </summary>
    private async Task PauseAsync(TimeSpan? asked, CancellationToken stopping)
    {
        var least = asked is { } wanted && wanted > TimeSpan.Zero ? wanted : pause / 2;
        var longest = least > limits.LongestPause ? limits.LongestPause : least;
        await Task.Delay(longest + pause / 2 * RandomNumberGenerator.GetInt32(1_000) / 1_000, clock, stopping);
        pause = pause * 2 < limits.LongestPause ? pause * 2 : limits.LongestPause;
    }
}
