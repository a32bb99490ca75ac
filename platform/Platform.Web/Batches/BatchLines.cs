namespace Backbone.Platform.Web.Batches;

/// <summary>The lines of an NDJSON body, empty ones apart.</summary>
public sealed class BatchLines(ReadOnlyMemory<byte> body)
{
    /// <summary>Lines of one batch.</summary>
    public const int Most = 10_000;

    /// <summary>How many lines there are, at most one more than <see cref="Most"/>.</summary>
    public int Count()
    {
        var count = 0;
        foreach (var _ in Lines())
        {
            if (++count > Most)
            {
                break;
            }
        }

        return count;
    }

    /// <summary>Each line that is not empty, with its number from 1.</summary>
    public IEnumerable<(int Number, ReadOnlyMemory<byte> Line)> Lines()
    {
        var rest = body;
        for (var number = 1; !rest.IsEmpty; number++)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (line.Span.IndexOfAnyExcept(" \t\r"u8) >= 0)
            {
                yield return (number, line);
            }
        }
    }
}
