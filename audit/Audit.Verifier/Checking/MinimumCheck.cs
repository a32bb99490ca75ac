using Backbone.Audit.Log;
using Backbone.Audit.Log.Checkpoints;
using Backbone.Audit.Log.Notes;
using Backbone.Audit.Log.Tree;
using Backbone.Audit.Verifier.Findings;
using Backbone.Audit.Verifier.Sources;

namespace Backbone.Audit.Verifier.Checking;

/// <summary>From which entry on a log says that its entries must be there: the signed file <c>minimum</c>. Without it all must.</summary>
internal sealed class MinimumCheck(LogFiles files, Trust trust, Report report)
{
    private const string Name = "minimum";
    private readonly FileBuffer buffer = new();

    /// <summary>The statement, when it may be believed; else null, and a finding: then nothing may be missing.</summary>
    public MinimumIndex? Open(Checkpoint newest)
    {
        if (!files.TryRead(Name, SignedNote.MaxBytes, buffer))
        {
            return null;
        }

        try
        {
            var note = SignedNote.Parse(buffer.Span);
            var minimum = MinimumIndex.Of(note);
            var problem = minimum.Origin != newest.Origin ? $"it is of the log {minimum.Origin}, not {newest.Origin}"
                : minimum.Index > newest.Size ? FormattableString.Invariant($"it lets go of {minimum.Index} entries, more than the {newest.Size} there are")
                : trust.Problem(note);
            if (problem is null)
            {
                report.Did(FormattableString.Invariant($"entries before {minimum.Index} are no longer kept: {string.Join("; ", minimum.Reasons)}"));
                return minimum;
            }

            report.Add(files.NameOf(Name), null, new Extent(0, buffer.Length), problem);
        }
        catch (LogFormatException refused)
        {
            report.Add(files.NameOf(Name), null, new Extent(0, buffer.Length), refused.Message);
        }

        return null;
    }

    /// <summary>What it says of the deleted entries is what the tree holds of them.</summary>
    public static void CheckRoot(MinimumIndex minimum, LogFiles files, StoredTiles stored, Report report)
    {
        try
        {
            if (Subtree.Range(0, minimum.Index, stored.Size, stored.Reader()) != minimum.Root)
            {
                report.Add(files.NameOf(Name), new Extent(0, minimum.Index), null, "its root is not that of the first entries of the tree: the log was rewritten");
            }
        }
        catch (LogFormatException missing)
        {
            report.Add(files.NameOf(Name), new Extent(0, minimum.Index), null, $"it cannot be compared: {missing.Message}");
        }
    }
}
