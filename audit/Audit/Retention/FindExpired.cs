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

    /// <summary>The index below which everything may go; the log's start when nothing may.</summary>
    /// <param name="signed">Events under a checkpoint.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RetentionRefusedException">A segment is not what the tree says: deleting it would destroy the evidence of that.</exception>
    public long Run(long signed, DateTimeOffset now, CancellationToken cancellation)
    {
        var end = log.StartIndex;
        var newest = DateTimeOffset.MinValue;
        foreach (var (first, until) in log.Complete())
        {
            if (until > signed || (stays.First == first && now < stays.Until) || !IsOver(first, until, signed, now, ref newest, cancellation))
            {
                break;
            }

            end = until;
        }

        return end;
    }

    private bool IsOver(long first, long until, long signed, DateTimeOffset now, ref DateTimeOffset newest, CancellationToken cancellation)
    {
        TileId open = default;
        TreeHash[] hashes = [];
        foreach (var record in log.Read(first, (int)(until - first)))
        {
            cancellation.ThrowIfCancellationRequested();
            var (period, at) = periods.Of(record.Payload);

            // Taken in after whatever lies before it: a time in the past, a sender's own word, lets nothing go sooner.
            newest = at > newest ? at.Value : newest;
            if (newest + period is var over && over > now)
            {
                stays = (first, over);
                return false;
            }

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

        return true;
    }
}

/// <summary>What was to be deleted is not what was signed.</summary>
#pragma warning disable CA1032
internal sealed class RetentionRefusedException(string message) : Exception(message);
#pragma warning restore CA1032
