using System.Globalization;
using System.Text;
using Backbone.Audit.Log.Notes;
using Backbone.Audit.Log.Tree;

namespace Backbone.Audit.Log.Checkpoints;

/// <summary>
/// What a log says of entries that it no longer keeps (tlog-tiles, "Pruning"): none below this index need be there. A signed note whose text no
/// checkpoint can have. The hashes stay, so that every proof of what was deleted, and of the rest, still verifies.
/// </summary>
/// <param name="Origin">Name of the log; one line.</param>
/// <param name="Index">The first entry that must be there, more than 0.</param>
/// <param name="Root">Root of the tree of the entries before it.</param>
/// <param name="Seconds">When it was signed; POSIX seconds.</param>
/// <param name="Reasons">The rules that let them go, a line each: period and legal basis.</param>
public sealed record MinimumIndex(string Origin, long Index, TreeHash Root, long Seconds, IReadOnlyList<string> Reasons)
{
    private const string What = "the text of a minimum index";
    private const string Word = "minimum index ";

    /// <param name="note">The signed note it is the text of.</param>
    /// <exception cref="LogFormatException">It says something else.</exception>
    public static MinimumIndex Of(SignedNote note)
    {
        ArgumentNullException.ThrowIfNull(note);
        var lines = StrictText.Decode(note.Text.Span[..^1], What).Split('\n');
        if (lines.Length < 5 || lines.Any(line => line.Length == 0) || !lines[1].StartsWith(Word, StringComparison.Ordinal))
        {
            throw new LogFormatException($"{What} is the log's name, \"{Word}\" and a number, a root, seconds, and at least one reason");
        }

        return new MinimumIndex(
            lines[0], StrictText.Number(lines[1].AsSpan(Word.Length), "the minimum index"), StrictText.Hash(lines[2], "the root hash"),
            StrictText.Number(lines[3], "the time"), lines[4..]);
    }

    /// <exception cref="LogFormatException">A line is empty or more than a line.</exception>
    public SignedNote Sign(NoteSigner signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        if (Index <= 0 || Reasons.Count == 0 || Reasons.Prepend(Origin).Any(line => line.Length == 0 || line.Any(char.IsControl)))
        {
            throw new LogFormatException("a minimum index is more than 0, with at least one reason, and its lines are neither empty nor have control characters");
        }

        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Origin}\n{Word}{Index}\n{Root.ToBase64()}\n{Seconds}\n");
        foreach (var reason in Reasons)
        {
            text.Append(CultureInfo.InvariantCulture, $"{reason}\n");
        }

        return SignedNote.Sign(Encoding.UTF8.GetBytes(text.ToString()), 0, signer);
    }
}
