using System.Security.Cryptography;
using Backbone.Platform.Web.Keys;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Operators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace Backbone.Credit.Paper;

/// <summary>
/// The key that signs reports: P-256, derived from the master key, so that all hosts of one database sign with the same and no further file is to be kept.
/// Its certificate is self-signed until the certs module issues one, and the report says so. A thief of the master key can sign reports; their issuance
/// is then not in the log, and the verification tells.
/// </summary>
internal sealed class PaperKey
{
    private const string Label = "credit-report-signature";
    private const string Algorithm = "SHA256withECDSA";

    private readonly ECPrivateKeyParameters key;

    public PaperKey(MasterKey master)
    {
        var curve = new ECDomainParameters(Org.BouncyCastle.Asn1.Nist.NistNamedCurves.GetByName("P-256"));
        key = new ECPrivateKeyParameters("EC", new BigInteger(1, master.Derive(Label, 48)).Mod(curve.N.Subtract(BigInteger.One)).Add(BigInteger.One), curve);
        Certificate = SelfSigned(key, new ECPublicKeyParameters("EC", curve.G.Multiply(key.D).Normalize(), curve));
        Fingerprint = FingerprintOf(Certificate);
    }

    public X509Certificate Certificate { get; }

    /// <summary>SHA-256 of the public key (SubjectPublicKeyInfo), lower-case hex: the same at every host and start.</summary>
    public string Fingerprint { get; }

    public ISignatureFactory Signer => new Asn1SignatureFactory(Algorithm, key);

    public static string FingerprintOf(X509Certificate certificate) =>
        Convert.ToHexStringLower(SHA256.HashData(certificate.CertificateStructure.SubjectPublicKeyInfo.GetDerEncoded()));

    private static X509Certificate SelfSigned(ECPrivateKeyParameters own, ECPublicKeyParameters open)
    {
        var name = new X509Name("CN=Backbone credit reports (self-signed)");
        var made = new X509V3CertificateGenerator();
        made.SetSerialNumber(new BigInteger(1, SHA256.HashData(open.Q.GetEncoded(true))[..12]));
        made.SetIssuerDN(name);
        made.SetSubjectDN(name);
        made.SetNotBefore(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        made.SetNotAfter(new DateTime(2036, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        made.SetPublicKey(open);
        made.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.DigitalSignature | KeyUsage.NonRepudiation));
        return made.Generate(new Asn1SignatureFactory(Algorithm, own));
    }
}
