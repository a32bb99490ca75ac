namespace Backbone.Identity.Storage;

/// <summary>
/// One signing key of the issuer. Announced from <see cref="CreatedAt"/>, signs from <see cref="SignsFrom"/> until
/// <see cref="SignsUntil"/>, stays published until <see cref="RetiresAt"/>. The private part is sealed with the master key.
/// </summary>
internal sealed class SigningKey
{
    /// <summary>The <c>kid</c> in JWKS and token headers.</summary>
    public required string Id { get; init; }

    /// <summary>ES256 or RS256.</summary>
    public required string Algorithm { get; init; }

    /// <summary>AES-256-GCM over PKCS#8; see Keys/.</summary>
    public required byte[] SealedPrivateKey { get; init; }

    /// <summary>SubjectPublicKeyInfo, DER.</summary>
    public required byte[] PublicKey { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset SignsFrom { get; init; }

    public required DateTimeOffset SignsUntil { get; init; }

    public required DateTimeOffset RetiresAt { get; init; }
}
