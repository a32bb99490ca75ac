using Backbone.Audit.Storage;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// Leaves in batches bounded by number and by bytes: an event is some hundred bytes, and may be a hundred times that; what is made of it in memory
/// is several times its leaf.
/// </summary>
internal static class LeafBatches
{
    /// <summary>Events of a batch.</summary>
    public const int Events = 2_048;

    /// <summary>Bytes of a batch, about: the one that goes beyond it is its last.</summary>
    public const int Bytes = 4 << 20;

    /// <summary>Bytes of the leaves of a file, about.</summary>
    public const int FileBytes = 32 << 20;

    /// <summary>Read as they are taken, one batch at a time.</summary>
    public static IEnumerable<IReadOnlyList<LogRecord>> Of(IEnumerable<LogRecord> records)
    {
        List<LogRecord> batch = [];
        var bytes = 0L;
        foreach (var record in records)
        {
            batch.Add(record);
            bytes += record.Payload.Length;
            if (batch.Count == Events || bytes >= Bytes)
            {
                yield return batch;
                batch = [];
                bytes = 0;
            }
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    public static long BytesOf(IReadOnlyList<LogRecord> records) => records.Sum(record => (long)record.Payload.Length);
}
