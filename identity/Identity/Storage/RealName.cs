namespace Backbone.Identity.Storage;

/// <summary>
/// Who a person is, as an authority confirmed it. Its presence is what makes the third level. One number, one account: the index is unique.
/// </summary>
internal sealed class RealName
{
    public required Guid AccountId { get; init; }

    /// <summary>HMAC-SHA256 of the number under a key of its own (Persons/SealedRealNames.cs).</summary>
    public required byte[] NumberIndex { get; init; }

    /// <summary>AES-256-GCM.</summary>
    public required byte[] SealedNumber { get; init; }

    /// <summary>AES-256-GCM; changes when the person verified again under another name.</summary>
    public required byte[] SealedName { get; set; }

    /// <summary>The adapter's name ("simulator").</summary>
    public required string Source { get; set; }

    public required DateTimeOffset VerifiedAt { get; set; }
}
