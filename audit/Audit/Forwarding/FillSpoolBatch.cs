using System.Buffers;
using Backbone.Audit.Contracts;
using Backbone.Audit.Storage;

namespace Backbone.Audit.Forwarding;

/// <summary>Puts events of the spool into one buffer, which is used again for each batch: what waits on the disk takes no memory.</summary>
internal sealed class FillSpoolBatch(LogReader records, ForwardLimits limits)
{
    private readonly ArrayBufferWriter<byte> buffer = new(limits.BatchBytes + AuditEventJson.MaxBytes + 1);
    private readonly List<(int At, int Length)> places = [];
    private long first;

    /// <summary>Events of a batch that the log found too large are halved; they grow again as it takes them.</summary>
    public int Most { get; private set; } = limits.BatchEvents;

    /// <summary>The events from that one on, as many as there are and fit; at least one must be there. Valid until the next call.</summary>
    public SpoolBatch From(long next)
    {
        buffer.ResetWrittenCount();
        places.Clear();
        first = next;
        foreach (var record in records.Read(next, Most))
        {
            if (places.Count > 0 && buffer.WrittenCount + record.Payload.Length + 1 > limits.BatchBytes)
            {
                break;
            }

            places.Add((buffer.WrittenCount, record.Payload.Length));
            buffer.Write(record.Payload);
            buffer.Write("\n"u8);
        }

        return new SpoolBatch(next, places.Count, buffer.WrittenMemory);
    }

    /// <summary>One event of the newest batch.</summary>
    public ReadOnlyMemory<byte> EventOf(long sequence) => buffer.WrittenMemory.Slice(places[(int)(sequence - first)].At, places[(int)(sequence - first)].Length);

    public void Shrink(int tooLarge) => Most = Math.Max(1, tooLarge / 2);

    public void Grow() => Most = Math.Min(limits.BatchEvents, Most * 2);
}
