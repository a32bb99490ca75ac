using Backbone.Audit.Log.Checkpoints;
using Backbone.Audit.Log.Notes;
using Backbone.Audit.Log.Policy;

namespace Backbone.Audit.Verifier.Checking;

/// <summary>Whose signatures count. Without keys none can be checked, and the report says so instead of passing it over.</summary>
internal sealed class Trust(LogPolicy? policy)
{
    public bool IsChecked => policy is not null;

    /// <summary>Each of the keys may be the log's.</summary>
    public static Trust Of(IReadOnlyList<VerifierKey> keys)
    {
        return new Trust(keys.Count == 0 ? null : LogPolicy.OfKeys(keys));
    }

    /// <summary>Null when the checkpoint may be believed, or nobody can tell.</summary>
    public string? Problem(SignedCheckpoint checkpoint)
    {
        return policy?.Evaluate(checkpoint) is PolicyVerdict.Refused refused ? refused.Problem : null;
    }

    /// <summary>Null when another note of the log may be believed, or nobody can tell.</summary>
    public string? Problem(SignedNote note)
    {
        return policy is not null && note.Verify([.. policy.Logs.Select(log => log.Key)]) is NoteVerdict.Rejected rejected ? rejected.Problem : null;
    }

    /// <summary>Who signed, for the report.</summary>
    public string Signers(SignedCheckpoint checkpoint)
    {
        return policy?.Evaluate(checkpoint) is PolicyVerdict.Accepted accepted
            ? "signed by " + string.Join(", ", accepted.Log.Select(one => $"{one.Key.Name} ({one.Key.Type})").Concat(accepted.Witnesses.Select(name => "witness " + name)))
            : "signatures not checked";
    }
}
