using Backbone.Audit.Events;

namespace Backbone.Audit.Receiving;

/// <summary>The events of an NDJSON body: one a line, empty lines apart.</summary>
internal sealed class BatchLines(ReadOnlyMemory<byte> body)
{
    /// <summary>Events of one batch.</summary>
    public const int Most = 10_000;

    private readonly List<int> numbers = [];

    /// <summary>Numbers of the lines that were read, from 1; complete once <see cref="Drafts"/> is.</summary>
    public IReadOnlyList<int> Numbers => numbers;

    /// <summary>How many events there are, at most one more than <see cref="Most"/>.</summary>
    public int Count()
    {
        var count = 0;
        var rest = body.Span;
        while (!rest.IsEmpty && count <= Most)
        {
            count += IsEmpty(Next(ref rest)) ? 0 : 1;
        }

        return count;
    }

    public IEnumerable<EventDraft> Drafts()
    {
        var at = 0;
        for (var number = 1; at < body.Length; number++)
        {
            if (Read(ref at) is { } draft)
            {
                numbers.Add(number);
                yield return draft;
            }
        }
    }

    private EventDraft? Read(ref int at)
    {
        var rest = body.Span[at..];
        var line = Next(ref rest);
        at = body.Length - rest.Length;
        return IsEmpty(line) ? null : EventDocument.Read(line);
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)'\n');
        var line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        return line;
    }

    private static bool IsEmpty(ReadOnlySpan<byte> line) => line.IndexOfAnyExcept(" \t\r"u8) < 0;
}
