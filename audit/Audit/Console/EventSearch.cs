using System.Text;
using Backbone.Audit.Contracts;
using Backbone.Audit.Storage;

namespace Backbone.Audit.Console;

// Public only because generated page classes are, and their parameters must be as visible as they.

/// <summary>One record as a page shows it; <see cref="Event"/> is null when this version cannot interpret it.</summary>
public sealed record EventRow(long Index, AuditEvent? Event, byte[] Json)
{
    internal static EventRow Of(LogRecord record)
    {
        try
        {
            return new EventRow(record.Index, AuditEventJson.Decode(record.Payload), record.Payload);
        }
        catch (FormatException)
        {
            return new EventRow(record.Index, null, record.Payload);
        }
    }
}

/// <summary>What was found, newest first, and honestly where it was looked for.</summary>
/// <param name="Rows">The events that match.</param>
/// <param name="ScannedFrom">The lowest index looked at.</param>
/// <param name="ScannedEnd">One past the highest index looked at.</param>
/// <param name="Total">Events in the log.</param>
public sealed record FoundEvents(IReadOnlyList<EventRow> Rows, long ScannedFrom, long ScannedEnd, long Total)
{
    /// <summary>Nothing older is left to look at.</summary>
    public bool ReachedOldest => ScannedFrom == 0;
}

/// <summary>Reads the log itself backwards, a bounded part at a time. No index: that is a projection of its own.</summary>
internal static class EventSearch
{
    public const int PageSize = 50;
    public const int MostScanned = 20_000;
    private const int Chunk = Segment.Stride;

    public static FoundEvents Run(LogReader log, EventQuery query, CancellationToken cancellation)
    {
        var total = log.EndIndex;
        var end = Math.Min(query.Before ?? total, total);
        var rows = new List<EventRow>(PageSize);
        var low = end;
        while (low > 0 && end - low < MostScanned && rows.Count < PageSize)
        {
            cancellation.ThrowIfCancellationRequested();

            // Chunks end where the sparse index has an entry, so that no record is read twice.
            var start = Math.Max((low - 1) / Chunk * Chunk, Math.Max(0, end - MostScanned));
            low = Collect(log.Read(start, (int)(low - start)), query, rows) ?? start;
        }

        return new FoundEvents(rows, low, end, total);
    }

    /// <summary>Adds the matching ones, newest first. When the page is full: the index of its last row, else null.</summary>
    private static long? Collect(IEnumerable<LogRecord> chunk, EventQuery query, List<EventRow> rows)
    {
        foreach (var record in chunk.Reverse())
        {
            var row = EventRow.Of(record);
            if (query.Matches(row.Event, () => Encoding.UTF8.GetString(record.Payload)))
            {
                rows.Add(row);
                if (rows.Count == PageSize)
                {
                    return record.Index;
                }
            }
        }

        return null;
    }
}
