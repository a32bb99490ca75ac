using System.Security.Cryptography;
using Backbone.Audit.Log.Notes;
using Backbone.Platform.Web.Keys;

namespace Backbone.Credit.Packs.Keeping;

/// <summary>
/// The key that signs packs: Ed25519, derived from the master key as the one of reports is, so that all hosts of a database sign and verify with the same.
/// Who can write the database and has not the master key puts no pack in force. The certs module is to keep it one day.
/// </summary>
internal sealed class PackKey(MasterKey master)
{
    /// <summary>In every signature line.</summary>
    public const string Name = "backbone-credit-packs";

    private readonly byte[] pseudonyms = master.Derive("credit-pack-pseudonyms");

    public NoteSigner Signer { get; } = NoteSigner.Ed25519(Name, master.Derive("credit-pack-signature", NoteSigner.SeedBytes));

    /// <summary>A person as a signed pack calls them: the same in every pack, and nobody's account to whoever has not the master key.</summary>
    public string PseudonymOf(Guid person) => Convert.ToHexStringLower(HMACSHA256.HashData(pseudonyms, person.ToByteArray(bigEndian: true)))[..32];
}
