namespace Backbone.Identity.Storage;

/// <summary>A six-digit code sent to a phone or an e-mail address. Only its keyed hash is kept: the table opens no account.</summary>
internal sealed class VerificationCode
{
    public required Guid Id { get; init; }

    /// <summary>"register" or "recover": a code sent for one is refused for the other.</summary>
    public required string Purpose { get; init; }

    /// <summary>HMAC-SHA256 of id, purpose, address and code.</summary>
    public required byte[] CodeHash { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Wrong tries so far; the code dies at five.</summary>
    public required int Tries { get; set; }

    /// <summary>Set once, when the code was accepted.</summary>
    public DateTimeOffset? UsedAt { get; set; }
}
