using System.Buffers;
using Backbone.Audit.Storage;

namespace Backbone.Audit.Elasticsearch.Exporting;

/// <summary>Batches of what the log holds: none with more events or bytes than <see cref="ExportLimits"/> says, but for one event that is larger.</summary>
internal static class FillBatch
{
    /// <summary>The next events in one batch.</summary>
    /// <param name="records">The log.</param>
    /// <param name="first">The first event.</param>
    /// <param name="end">One past the last that may be in it; more than <paramref name="first"/>.</param>
    /// <param name="limits">Its bounds.</param>
    /// <param name="buffer">Lent until the batch has ended; null for one of its own.</param>
    public static ExportBatch From(LogReader records, long first, long end, ExportLimits limits, ArrayBufferWriter<byte>? buffer = null)
    {
        var batch = new ExportBatch(first, buffer);
        foreach (var record in records.Read(first, (int)Math.Min(limits.BatchEvents, end - first)))
        {
            batch.Add(record);
            if (batch.Bytes >= limits.BatchBytes)
            {
                break;
            }
        }

        return batch;
    }

    /// <summary>
    /// Some events of a log, one batch after the other. The first and the last of one lie no further apart than a batch may have events, so that
    /// looking up which of them are in the index stays as small.
    /// </summary>
    /// <param name="records">In order of index.</param>
    /// <param name="limits">Bounds of each.</param>
    public static IEnumerable<ExportBatch> Of(IEnumerable<LogRecord> records, ExportLimits limits)
    {
        ExportBatch? batch = null;
        foreach (var record in records)
        {
            if (batch is { } full && (full.Bytes >= limits.BatchBytes || record.Index - full.First >= limits.BatchEvents))
            {
                yield return full;
                batch = null;
            }

            batch ??= new ExportBatch(record.Index);
            batch.Add(record);
        }

        if (batch is not null)
        {
            yield return batch;
        }
    }
}
