namespace Backbone.Credit.Fitting.Reading;

/// <summary>A text whose beginning can be looked at before it is read.</summary>
internal sealed class HeadText : TextReader
{
    private const int Looked = 64 * 1024;
    private readonly TextReader rest;
    private readonly char[] head = new char[Looked];
    private readonly int length;
    private int next;

    public HeadText(TextReader text)
    {
        rest = text;
        length = text.ReadBlock(head, 0, Looked);
    }

    public override int Peek() => next < length ? head[next] : rest.Peek();

    public override int Read() => next < length ? head[next++] : rest.Read();

    /// <summary>The one that stands most often on the first line, or in its first 65,536 characters; the first of them when none does.</summary>
    public char MostFrequent(params ReadOnlySpan<char> candidates)
    {
        var line = head.AsSpan(0, length);
        line = line.IndexOf('\n') is >= 0 and var end ? line[..end] : line;
        var (best, most) = (candidates[0], 0);
        foreach (var candidate in candidates)
        {
            if (line.Count(candidate) > most)
            {
                (best, most) = (candidate, line.Count(candidate));
            }
        }

        return best;
    }
}
