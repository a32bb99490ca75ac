using System.Buffers;
using System.Text.Json;
using Backbone.Audit.Elasticsearch.Indexing;
using Backbone.Audit.Storage;

namespace Backbone.Audit.Elasticsearch.Exporting;

/// <summary>Consecutive events on their way. One owner at a time: first who reads the log, then who sends.</summary>
internal sealed class ExportBatch
{
    private readonly ArrayBufferWriter<byte> lines;
    private readonly List<Item> items = [];
    private List<int> waiting = [];

    /// <param name="first">The index of its first event.</param>
    /// <param name="buffer">Lent by the caller until the batch has ended; null for one of its own.</param>
    public ExportBatch(long first, ArrayBufferWriter<byte>? buffer = null)
    {
        First = End = first;
        lines = buffer ?? new ArrayBufferWriter<byte>(1 << 20);
        lines.ResetWrittenCount();
    }

    public long First { get; }

    /// <summary>One past the last event.</summary>
    public long End { get; private set; }

    public int Bytes => lines.WrittenCount;

    /// <summary>Events whose leaf is no document; never sent.</summary>
    public List<(long Index, string Reason)> Unusable { get; } = [];

    /// <summary>Positions of the events that are neither indexed nor dead-lettered.</summary>
    public IReadOnlyList<int> Waiting => waiting;

    public long IndexOf(int position) => items[position].Index;

    public void Add(in LogRecord record)
    {
        End = record.Index + 1;
        var start = lines.WrittenCount;
        try
        {
            IndexedEvent.Write(lines, record.Index, record.Payload);
        }
        catch (JsonException unusable)
        {
            // The half-written lines belong to no item and are not sent.
            Unusable.Add((record.Index, unusable.Message));
            return;
        }

        waiting.Add(items.Count);
        items.Add(new Item(record.Index, start, lines.WrittenCount - start));
    }

    /// <summary>The first waiting events that fit, at least one.</summary>
    public IReadOnlyList<int> Portion(int mostBytes)
    {
        var bytes = 0;
        var count = 0;
        while (count < waiting.Count && (count == 0 || bytes + items[waiting[count]].Length <= mostBytes))
        {
            bytes += items[waiting[count]].Length;
            count++;
        }

        return count == waiting.Count ? waiting : waiting[..count];
    }

    /// <summary>The lines of these events: a part of the batch's own buffer where they stand side by side.</summary>
    public ReadOnlyMemory<byte> Lines(IReadOnlyList<int> positions)
    {
        var start = items[positions[0]].Start;
        var length = positions.Sum(position => items[position].Length);
        var last = items[positions[^1]];
        if (last.Start + last.Length - start == length)
        {
            return lines.WrittenMemory.Slice(start, length);
        }

        var gathered = new byte[length];
        var at = 0;
        foreach (var position in positions)
        {
            var item = items[position];
            lines.WrittenSpan.Slice(item.Start, item.Length).CopyTo(gathered.AsSpan(at));
            at += item.Length;
        }

        return gathered;
    }

    /// <summary>These are decided.</summary>
    public void Settle(HashSet<int> positions) => waiting = [.. waiting.Where(position => !positions.Contains(position))];

    private readonly record struct Item(long Index, int Start, int Length);
}
