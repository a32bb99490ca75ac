using System.Buffers.Text;
using Microsoft.AspNetCore.Identity;

namespace Backbone.Identity.Passkeys;

/// <summary>A passkey as its owner sees it.</summary>
/// <param name="Id">The credential id, base64url.</param>
/// <param name="Synced">Kept by a password manager, not by one device alone (WebAuthn backup state).</param>
internal sealed record PasskeyView(string Id, string? Name, DateTimeOffset CreatedAt, bool Synced)
{
    /// <summary>At most this many characters in a name.</summary>
    public const int NameLength = 40;

    public string Href => "/account/passkeys/" + Id;

    public static PasskeyView Of(UserPasskeyInfo passkey) =>
        new(Base64Url.EncodeToString(passkey.CredentialId), passkey.Name, passkey.CreatedAt, passkey.IsBackedUp);

    /// <summary>The credential id of an address; null when it is none (WebAuthn: at most 1023 bytes).</summary>
    public static byte[]? CredentialId(string id) =>
        Base64Url.IsValid(id, out var length) && length is > 0 and <= 1023 ? Base64Url.DecodeFromChars(id) : null;
}
