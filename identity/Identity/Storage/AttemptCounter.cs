namespace Backbone.Identity.Storage;

/// <summary>
/// How often something was tried lately: wrong passwords of one sign-in name, codes sent to one address. The key is a keyed hash, so
/// names that belong to nobody are counted exactly as real ones and the table names no person.
/// </summary>
internal sealed class AttemptCounter
{
    /// <summary>What is counted and for whom: "sign-in:" and a base64url HMAC-SHA256; at most 64 characters.</summary>
    public required string Key { get; init; }

    public required int Failures { get; set; }

    /// <summary>Until then everything is refused; null when not locked.</summary>
    public DateTimeOffset? LockedUntil { get; set; }

    /// <summary>The count is forgotten then.</summary>
    public required DateTimeOffset ExpiresAt { get; set; }
}
