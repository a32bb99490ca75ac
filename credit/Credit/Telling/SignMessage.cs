using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Backbone.Platform.Web.Keys;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Backbone.Credit.Telling;

/// <summary>
/// Signatures of Standard Webhooks 1.0 over <c>id.timestamp.body</c>: <c>v1</c> by the program's own secret, which the stock libraries verify, and
/// <c>v1a</c> by a key of this system (Ed25519), which anybody verifies and no receiver can make: what a program was told, it can show.
/// The key is derived from the master key: in no file, the same at all hosts of a database. A thief of the master key can sign.
/// </summary>
internal sealed class SignMessage(MasterKey master)
{
    /// <summary>Bytes of a secret; Standard Webhooks has 24 to 64.</summary>
    public const int SecretBytes = 32;

    private const string SecretLabel = "credit-webhook-secret";

    private readonly Lazy<Ed25519PrivateKeyParameters> own = new(() => new Ed25519PrivateKeyParameters(master.Derive("credit-webhook-signature")));

    /// <summary>The open key, as the standard writes it.</summary>
    public string PublicKey => "whpk_" + Convert.ToBase64String(own.Value.GeneratePublicKey().GetEncoded());

    /// <summary>A new secret, as the program keeps it, and as the database does.</summary>
    public (string Text, byte[] Sealed) NewSecret()
    {
        var secret = RandomNumberGenerator.GetBytes(SecretBytes);
        return ("whsec_" + Convert.ToBase64String(secret), master.Seal(SecretLabel, secret));
    }

    /// <summary>All signatures of one attempt: the header <c>webhook-signature</c>.</summary>
    /// <exception cref="CryptographicException">A secret was sealed under another master key, or altered.</exception>
    public string Header(Guid id, DateTimeOffset at, ReadOnlySpan<byte> body, WebhookSecret secret)
    {
        var text = Text(id, at, body);
        List<string> signatures = [ByProgram(secret.Sealed, text)];
        if (secret.Former is { } former && secret.FormerUntil > at)
        {
            signatures.Add(ByProgram(former, text));
        }

        signatures.Add(BySystem(text));
        return string.Join(' ', signatures);
    }

    /// <summary>This system's signature alone.</summary>
    public string BySystem(Guid id, DateTimeOffset at, ReadOnlySpan<byte> body) => BySystem(Text(id, at, body));

    /// <summary><c>webhook-timestamp</c>: whole seconds since 1970.</summary>
    public static string Timestamp(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private static byte[] Text(Guid id, DateTimeOffset at, ReadOnlySpan<byte> body) => [.. Encoding.ASCII.GetBytes($"{id:D}.{Timestamp(at)}."), .. body];

    private string ByProgram(byte[] sealedSecret, byte[] text) => "v1," + Convert.ToBase64String(HMACSHA256.HashData(master.Open(SecretLabel, sealedSecret), text));

    private string BySystem(byte[] text)
    {
        var signature = new byte[Ed25519.SignatureSize];
        own.Value.Sign(Ed25519.Algorithm.Ed25519, null, text, 0, text.Length, signature, 0);
        return "v1a," + Convert.ToBase64String(signature);
    }
}
