using System.Collections.Immutable;

namespace Backbone.Credit.Batch;

/// <summary>Makes one whole segment of all: of each entity what the newest says.</summary>
internal static class MergeSegments
{
    public static void Run(SegmentFolder folder)
    {
        var segments = folder.Segments;
        var block = new FactBlock();
        var until = new ushort[1];
        using var writer = new SegmentWriter(folder.Root);
        foreach (var (segment, row) in RowsInOrder(segments))
        {
            segments[segment].Read(row, 1, block);
            segments[segment].ReadHoldsUntil(row, until);
            writer.Add(segments[segment].Entity(row), block.Of(0), until[0]);
        }

        // What was read for a later day serves no earlier one, so the newest manifest holds for all of them.
        folder.Take(writer.Finish(segments[^1].Manifest with { Whole = true, FedFor = segments.Max(segment => segment.Manifest.FedFor) }));
    }

    /// <summary>Of each entity, in ascending order, where the newest stands.</summary>
    public static IEnumerable<(int Segment, int Row)> RowsInOrder(ImmutableArray<Segment> segments)
    {
        var rows = new int[segments.Length];
        while (Next(segments, rows) is >= 0 and var least)
        {
            var (entity, row) = (segments[least].Entity(rows[least]), rows[least]);
            for (var i = 0; i < segments.Length; i++)
            {
                if (rows[i] < segments[i].Entities && segments[i].Entity(rows[i]) == entity)
                {
                    rows[i]++;
                }
            }

            yield return (least, row);
        }
    }

    /// <summary>The newest segment among those whose next entity is the least; -1 when all are at their end.</summary>
    private static int Next(ImmutableArray<Segment> segments, int[] rows)
    {
        var (least, entity) = (-1, UInt128.MaxValue);
        for (var i = 0; i < segments.Length; i++)
        {
            if (rows[i] < segments[i].Entities && segments[i].Entity(rows[i]) is var candidate && candidate <= entity)
            {
                (least, entity) = (i, candidate);
            }
        }

        return least;
    }
}
