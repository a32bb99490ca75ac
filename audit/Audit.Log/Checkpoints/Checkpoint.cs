using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Backbone.Audit.Log.Notes;
using Backbone.Audit.Log.Tree;

namespace Backbone.Audit.Log.Checkpoints;

/// <summary>
/// The head of a tree (C2SP tlog-checkpoint): which log, how many leaves, which root. By itself it is a claim; signed, see
/// <see cref="SignedCheckpoint"/>.
/// </summary>
/// <param name="Origin">Unique name of the log; not empty, one line.</param>
/// <param name="Size">Number of leaves, at least 0.</param>
/// <param name="Root">RFC 6962 root of the first <paramref name="Size"/> leaves.</param>
public sealed record Checkpoint(string Origin, long Size, TreeHash Root)
{
    private const string What = "the text of a checkpoint";

    /// <summary>Lines after the root. This log writes none: nobody can audit them, and ML-DSA-44 signatures do not cover them.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = [];

    /// <param name="text">A note's text, with its final newline.</param>
    /// <exception cref="LogFormatException">It is no checkpoint.</exception>
    public static Checkpoint Parse(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[^1] != (byte)'\n')
        {
            throw new LogFormatException($"{What} ends in a newline");
        }

        var lines = StrictText.Decode(text[..^1], What).Split('\n');
        if (lines.Length < 3 || lines.Any(line => line.Length == 0))
        {
            throw new LogFormatException($"{What} has at least three lines, none of them empty");
        }

        return new Checkpoint(lines[0], StrictText.Number(lines[1], "the tree size"), StrictText.Hash(lines[2], "the root hash"))
        {
            Extensions = lines[3..],
        };
    }

    public static bool TryParse(ReadOnlySpan<byte> text, [NotNullWhen(true)] out Checkpoint? checkpoint)
    {
        try
        {
            checkpoint = Parse(text);
            return true;
        }
        catch (LogFormatException)
        {
            checkpoint = null;
            return false;
        }
    }

    /// <summary>The text to sign.</summary>
    /// <exception cref="LogFormatException">Origin or an extension is empty or more than a line.</exception>
    public byte[] ToText()
    {
        if (Size < 0 || Extensions.Prepend(Origin).Any(line => line.Length == 0 || line.Any(char.IsControl)))
        {
            throw new LogFormatException("a checkpoint has a size of at least 0, and its lines are neither empty nor have control characters");
        }

        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Root.ToBase64()}\n");
        foreach (var line in Extensions)
        {
            text.Append(CultureInfo.InvariantCulture, $"{line}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
