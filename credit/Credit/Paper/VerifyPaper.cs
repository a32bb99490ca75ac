using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Backbone.Audit.Contracts;
using Backbone.Audit.Log;
using Backbone.Audit.Log.Notes;
using Backbone.Audit.Log.Policy;
using Backbone.Audit.Log.Proofs;
using Backbone.Audit.Log.Tree;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Cms;
using Org.BouncyCastle.X509;

namespace Backbone.Credit.Paper;

/// <summary>What a report says of itself, and whether that holds.</summary>
/// <param name="Problem">Why it is not believed, in English; null when nothing is wrong with it.</param>
/// <param name="Id">Its number, by the event of its issuance.</param>
/// <param name="Entity">Whose it is, by the same.</param>
/// <param name="Signer">Fingerprint of the key that signed.</param>
/// <param name="LogIndex">Where its issuance stands in the log; null where no receipt is attached.</param>
/// <param name="Log">The log's name.</param>
internal sealed record PaperVerdict(string? Problem, string? Id = null, string? Entity = null, string? Signer = null, long? LogIndex = null, string? Log = null);

/// <summary>
/// Whether a report is as it was issued, from the file alone: the signature covers every byte, and the receipt proves that the log has the issuance of
/// exactly this content. Whose key and whose log it is, only those can say who know them from elsewhere.
/// </summary>
internal static partial class VerifyPaper
{
    /// <summary>More is no report.</summary>
    public const int LargestFile = 8 << 20;

    /// <summary>The issuance's action in the log.</summary>
    public const string Issuance = "credit-report-issue";

    /// <param name="signer">The fingerprint the key must have; null when nobody says.</param>
    /// <param name="logKey">The vkey the log must have signed with; null when nobody says.</param>
    public static PaperVerdict Run(ReadOnlySpan<byte> file, string? signer, string? logKey)
    {
        try
        {
            return Check(file, signer, logKey);
        }
        catch (Exception broken) when (broken is not OutOfMemoryException)
        {
            // Anybody may send anything, and the library for encodings throws of many kinds on what is none: whatever it is, it is no report.
            return new("it is no report that can be read: " + broken.Message);
        }
    }

    private static PaperVerdict Check(ReadOnlySpan<byte> file, string? signer, string? logKey)
    {
        if (file.Length > LargestFile)
        {
            return new($"it has {file.Length} bytes, a report has at most {LargestFile}");
        }

        var text = Encoding.Latin1.GetString(file);
        if (RangeOf().Matches(text) is not [var range])
        {
            return new("it is no signed report: it has not exactly one signature");
        }

        var (before, after, rest, content) = (At(range, 2), At(range, 3), At(range, 4), At(range, 1));

        // Room of just this size: what is longer could be nested too deep to be read.
        if (before <= content || after != before + SignPaper.SignatureDigits + 2 || after + rest != file.Length || content <= 0 || text[before] != '<' || text[after - 1] != '>')
        {
            return new("the signature does not cover the whole file");
        }

        byte[] data = [.. file[..before], .. file[after..]];
        var cms = new CmsSignedData(new CmsProcessableByteArray(data), SignatureOf(text[(before + 1)..(after - 1)]));
        if (cms.GetSignerInfos().GetSigners().ToList() is not [var by] || cms.GetCertificates().EnumerateMatches(by.SignerID).FirstOrDefault() is not X509Certificate certificate)
        {
            return new("its signature names no key");
        }

        if (!IsGood(by, certificate))
        {
            return new("the signature does not fit: the file was changed after it was issued");
        }

        var fingerprint = PaperKey.FingerprintOf(certificate);
        return signer is not null && !string.Equals(signer, fingerprint, StringComparison.OrdinalIgnoreCase)
            ? new($"another key has signed: {fingerprint}", Signer: fingerprint)
            : Receipt(text, SHA256.HashData(file[..content]), fingerprint, logKey);
    }

    /// <summary>The signature without the room after it, in which nothing may stand.</summary>
    private static byte[] SignatureOf(string digits)
    {
        if (!digits.All(char.IsAsciiHexDigitLower))
        {
            throw new FormatException("the signature is not in lower-case hexadecimal digits");
        }

        var room = Convert.FromHexString(digits);
        using var stream = new MemoryStream(room);
        var signature = new Asn1InputStream(stream).ReadObject().GetEncoded();
        return room.AsSpan(signature.Length).ContainsAnyExcept((byte)0) || !room.AsSpan(0, signature.Length).SequenceEqual(signature)
            ? throw new FormatException("something stands after the signature")
            : signature;
    }

    private static bool IsGood(SignerInformation by, X509Certificate certificate)
    {
        try
        {
            return by.Verify(certificate.GetPublicKey());
        }
        catch (CmsException)
        {
            return false;
        }
    }

    private static PaperVerdict Receipt(string text, byte[] digest, string fingerprint, string? logKey)
    {
        if (Attached().Matches(text) is not [var attached])
        {
            return new(null, Signer: fingerprint);
        }

        var length = int.Parse(attached.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
        var receipt = EvidenceReceipt.Parse(Encoding.Latin1.GetBytes(text.Substring(attached.Index + attached.Length, length)));
        var entry = receipt.Extra ?? throw new FormatException("the receipt does not carry the event");
        if (receipt.PathProblem(TreeHash.Leaf(entry.Span)) is { } path)
        {
            return new(path, Signer: fingerprint);
        }

        if (logKey is not null && LogPolicy.OfKeys(VerifierKey.Parse(logKey)).Evaluate(receipt.Checkpoint) is PolicyVerdict.Refused refused)
        {
            return new(refused.Problem, Signer: fingerprint);
        }

        var issued = AuditEventJson.Decode(entry);
        var verdict = new PaperVerdict(
            null, issued.Details.GetValueOrDefault("resource.id"), issued.Details.GetValueOrDefault("subject.id"), fingerprint, receipt.Index,
            receipt.Checkpoint.Checkpoint.Origin);
        return issued is not { Action: Issuance, Outcome: AuditOutcome.Success } || issued.Details.GetValueOrDefault("resource.digest") != Convert.ToHexStringLower(digest)
            ? verdict with { Problem = "the log has the issuance of another content" }
            : verdict;
    }

    private static int At(Match match, int group) => int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"/BBCRLength (\d{1,9}) /ByteRange \[0 (\d{10}) (\d{10}) (\d{10})\]", RegexOptions.NonBacktracking)]
    private static partial Regex RangeOf();

    [GeneratedRegex(@"/Type /EmbeddedFile /Subtype /text#2Fplain /Length (\d{1,7}) >>\nstream\n", RegexOptions.NonBacktracking)]
    private static partial Regex Attached();
}
