using Backbone.Audit.Integrating;
using Backbone.Audit.Log.Tiles;
using Backbone.Audit.Log.Tree;
using Backbone.Audit.Storage;

namespace Backbone.Audit.Retention;

/// <summary>
/// How much of the log's beginning may go: whole segments of which every event's time is over and which hold, byte for byte, what the signed
/// tree says they hold. One caller; what it learnt of a segment that must stay it remembers, so that looking again costs nothing.
/// </summary>
internal sealed class FindExpired(LogReader log, TlogFolder folder, RetentionPeriods periods)
{
    /// <summary>The segment that stopped the last look, and before when it need not be looked at again.</summary>
    private (long First, DateTimeOffset Until) stays = (-1, default);

    /// <summary>Before when nothing more may go, as the last look found; null when what stopped it was not a time.</summary>
    public DateTimeOffset? StaysUntil { get; private set; }

    /// <summary>The index below which everything may go; the log's start when nothing may.</summary>
    /// <param name="signed">Events under a checkpoint.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RetentionRefusedException">A segment is not what the tree says: deleting it would destroy the evidence of that.</exception>
    public long Run(long signed, DateTimeOffset now, CancellationToken cancellation)
    {
        var end = log.StartIndex;
        StaysUntil = null;
        foreach (var (first, until) in log.Complete())
        {
            if (until > signed)
            {
                break;
            }

            if ((stays.First == first && now < stays.Until) || Over(first, until, signed, cancellation) > now)
            {
                StaysUntil = stays.Until < DateTimeOffset.MaxValue ? stays.Until : null;
                break;
            }

            end = until;
        }

        return end;
    }

    /// <summary>
    /// When the segment's time is over: as long after the newest time in it as the longest-lived event in it is kept. An event's own word for
    /// its time, which may be a sender's and lie in the past, lets it go no sooner than what was taken in around it.
    /// </summary>
    private DateTimeOffset Over(long first, long until, long signed, CancellationToken cancellation)
    {
        var (newest, longest) = (DateTimeOffset.MinValue, TimeSpan.Zero);
        TileId open = default;
        TreeHash[] hashes = [];
        foreach (var record in log.Read(first, (int)(until - first)))
        {
            cancellation.ThrowIfCancellationRequested();
            var (period, at) = periods.Of(record.Payload);
            newest = at > newest ? at.Value : newest;
            longest = period > longest ? period : longest;
            var tile = Tile.Holding(0, record.Index, signed);
            if (tile != open)
            {
                (open, hashes) = (tile, [.. Tile.HashesOf(tile, folder.ReadTile(tile).Span)]);
            }

            if (hashes[(int)(record.Index % Tile.FullWidth)] != TreeHash.Leaf(record.Payload))
            {
                throw new RetentionRefusedException($"event {record.Index} is not the one that was signed: nothing is deleted; run the verifier");
            }
        }

        // A segment in which nothing has a time says nothing of when it was written.
        var over = newest == DateTimeOffset.MinValue ? DateTimeOffset.MaxValue : newest + longest;
        stays = (first, over);
        return over;
    }
}

/// <summary>What was to be deleted is not what was signed.</summary>
#pragma warning disable CA1032
internal sealed class RetentionRefusedException(string message) : Exception(message);
#pragma warning restore CA1032
