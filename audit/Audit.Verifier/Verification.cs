using Backbone.Audit.Verifier.Checking;
using Backbone.Audit.Verifier.Findings;
using Backbone.Audit.Verifier.Sources;

namespace Backbone.Audit.Verifier;

/// <summary>One run: what was asked for, in the order in which each part can be believed.</summary>
internal static class Verification
{
    /// <summary>
    /// The first leaf that must still be there. A log that deletes by its retention rules will say so in a signed file
    /// <c>minimum</c> beside the checkpoint; this log deletes nothing, so nothing may be missing.
    /// </summary>
    private const long Minimum = 0;

    /// <exception cref="UnreadableException">Something that must be read cannot be.</exception>
    public static void Run(VerifierArguments arguments, Report report)
    {
        StoredTiles? stored = null;
        if (arguments.Place is { } where)
        {
            var place = LogPlace.Find(where, arguments.TokenFile);
            using var files = place.Files;
            stored = VerifyLog(place, arguments, report);
            if (stored is not null && arguments.Receipt is { } receipt)
            {
                ReceiptCheck.Run(receipt, arguments.Entry, stored, arguments.Trust, report);
            }
        }
        else
        {
            ReceiptCheck.Run(arguments.Receipt!, arguments.Entry, null, arguments.Trust, report);
        }
    }

    private static StoredTiles? VerifyLog(LogPlace place, VerifierArguments arguments, Report report)
    {
        var checkpoints = new CheckpointCheck(place.Files, arguments.Trust, report);
        if (checkpoints.Open() is not var (newest, path))
        {
            report.Note("nothing else was verified: no checkpoint may be believed");
            return null;
        }

        var stored = new StoredTiles(place.Files, report, newest.Checkpoint.Size, Minimum);
        new TreeCheck(stored, report, newest.Checkpoint, place.Files.NameOf(path)).Run();
        checkpoints.CheckKept(newest, stored);
        if (arguments.From is { } from)
        {
            checkpoints.CheckFrom(from, newest, stored);
        }

        if (place.SegmentFolder is { } folder)
        {
            new SegmentCheck(folder, stored, report, Minimum).Run();
        }

        return stored;
    }
}
