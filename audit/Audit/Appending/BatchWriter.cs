using Backbone.Audit.Contracts;
using Backbone.Audit.Log.Segments;
using Backbone.Audit.Storage;

namespace Backbone.Audit.Appending;

/// <summary>
/// Turns queued appends into batches: gives indexes, frames, one write and one fsync, then the acknowledgements. Owned by the writer's
/// thread. Only here are indexes given, so they are contiguous.
/// </summary>
internal sealed class BatchWriter(SegmentWriter writer, LogReader readers, RecentIds recent, long nextIndex, int batchBytes) : IDisposable
{
    private const int LargestRecord = RecordFrame.HeaderBytes + RecordFrame.MaxPayload;

    /// <summary>Grows to the batches there really are, never past one full batch.</summary>
    private byte[] buffer = new byte[256 * 1024];
    private readonly List<(long Index, int At)> places = [];
    private int used;
    private long durable = nextIndex;
    private long next = nextIndex;
    private int completed;

    /// <summary>Returns when all of them are durable and told so.</summary>
    public void Write(List<PendingAppend> appends)
    {
        completed = 0;
        for (var i = 0; i < appends.Count; i++)
        {
            var append = appends[i];
            if (used > 0 && used + RecordFrame.HeaderBytes + append.Payload.Length > batchBytes)
            {
                Commit();
                Acknowledge(appends, i);
            }

            Place(append);
        }

        Commit();
        Acknowledge(appends, appends.Count);
    }

    /// <summary>After an exception: nobody whose event is not known to be durable may believe it is.</summary>
    public void FailRemaining(List<PendingAppend> appends, Func<AuditUnavailableException> reason)
    {
        for (; completed < appends.Count; completed++)
        {
            appends[completed].Fail(reason());
        }
    }

    public void Dispose()
    {
        writer.Dispose();
    }

    /// <summary>An event already in the window keeps its index and is acknowledged with this batch: by then the first one is durable.</summary>
    private void Place(PendingAppend append)
    {
        if (recent.TryFind(append.EventId, out var earlier))
        {
            append.Index = earlier;
            return;
        }

        var payload = append.Payload;
        Reserve(RecordFrame.HeaderBytes + payload.Length);
        new RecordFrame(payload.Length, next, durable, append.EventId).Write(buffer.AsSpan(used), payload);
        places.Add((next, used));
        used += RecordFrame.HeaderBytes + payload.Length;
        recent.Add(append.EventId, next);
        append.Index = next++;
    }

    private void Reserve(int bytes)
    {
        if (used + bytes > buffer.Length)
        {
            var most = Math.Max(batchBytes, LargestRecord);
            Array.Resize(ref buffer, (int)Math.Min(most, Math.Max(buffer.Length * 2L, used + (long)bytes)));
        }
    }

    private void Commit()
    {
        if (used == 0)
        {
            return;
        }

        if (writer.IsFull(used))
        {
            readers.Add(writer.Rotate());
        }

        var start = writer.Offset;
        writer.Commit(buffer.AsSpan(0, used), next);
        foreach (var (index, at) in places)
        {
            writer.Current.Note(index, start + at);
        }

        places.Clear();
        used = 0;
        durable = next;
        readers.Advance(durable);
    }

    private void Acknowledge(List<PendingAppend> appends, int end)
    {
        for (; completed < end; completed++)
        {
            appends[completed].Complete();
        }
    }
}
