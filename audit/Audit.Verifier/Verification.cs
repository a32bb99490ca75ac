using Backbone.Audit.Verifier.Checking;
using Backbone.Audit.Verifier.Findings;
using Backbone.Audit.Verifier.Sources;

namespace Backbone.Audit.Verifier;

/// <summary>One run: what was asked for, in the order in which each part can be believed.</summary>
internal static class Verification
{
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

        var minimum = new MinimumCheck(place.Files, arguments.Trust, report).Open(newest.Checkpoint);
        var stored = new StoredTiles(place.Files, report, newest.Checkpoint.Size, minimum?.Index ?? 0);
        new TreeCheck(stored, report, newest.Checkpoint, place.Files.NameOf(path)).Run();
        if (minimum is not null)
        {
            MinimumCheck.CheckRoot(minimum, place.Files, stored, report);
        }

        checkpoints.CheckKept(newest, stored);
        if (arguments.From is { } from)
        {
            checkpoints.CheckFrom(from, newest, stored);
        }

        if (place.SegmentFolder is { } folder)
        {
            new SegmentCheck(folder, stored, report, minimum?.Index ?? 0).Run();
        }

        return stored;
    }
}
