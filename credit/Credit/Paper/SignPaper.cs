using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Cms;
using Org.BouncyCastle.Asn1.Ess;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Cms;
using Org.BouncyCastle.Utilities.Collections;
using Org.BouncyCastle.X509;

namespace Backbone.Credit.Paper;

/// <summary>
/// Adds to a PDF, as an incremental update (ISO 32000-2 7.5.6) that leaves every byte before it as it was, the receipt of its issuance as an attached file
/// and a signature over the whole (PAdES B-B: ETSI EN 319 142-1, CMS with the signing certificate, detached). So the content is the beginning of the
/// file, and its digest is the one that the log has.
/// </summary>
internal static partial class SignPaper
{
    /// <summary>The attached receipt's name.</summary>
    public const string ReceiptName = "issuance.tlog-proof";

    /// <summary>A second-class name of ours in the signature's dictionary: how long the content is.</summary>
    internal const string ContentKey = "/BBCRLength";

    /// <summary>Hexadecimal digits that are left for the signature: twice its bytes and room.</summary>
    internal const int SignatureDigits = 4096;

    private const string Range = "/ByteRange [0 0000000000 0000000000 0000000000]";

    /// <param name="content">A PDF with a plain cross-reference table, as the drawing library writes it.</param>
    /// <param name="receipt">Null where the log is elsewhere.</param>
    public static byte[] Run(byte[] content, byte[]? receipt, PaperKey key, DateTimeOffset at)
    {
        var (file, contents) = Update(content, receipt, at);
        var signature = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(Cms(Signed(file, contents), key)).PadRight(SignatureDigits, '0'));
        if (signature.Length != SignatureDigits)
        {
            throw new InvalidDataException($"the signature has {signature.Length / 2} bytes, room is for {SignatureDigits / 2}");
        }

        signature.CopyTo(file, contents + 1);
        return file;
    }

    private static (byte[] File, int Contents) Update(byte[] content, byte[]? receipt, DateTimeOffset at)
    {
        var text = Encoding.Latin1.GetString(content);
        var trailer = text[text.LastIndexOf("trailer", StringComparison.Ordinal)..];
        var (next, root, start) = (Number(Size(), trailer), Number(Root(), trailer), Number(StartOf(), trailer));
        var page = Number(Kids(), text);
        var (field, signature, attached, spec) = (next, next + 1, next + 2, next + 3);
        var date = at.UtcDateTime.ToString("'D:'yyyyMMddHHmmss'Z'", CultureInfo.InvariantCulture);
        var update = new Writer(content);
        update.Object(page, Inside(text, page) + Invariant($" /Annots [{field} 0 R]"));
        update.Object(root, Inside(text, root) + Invariant($" /AcroForm << /Fields [{field} 0 R] /SigFlags 3 >>")
            + (receipt is null ? "" : Invariant($" /AF [{spec} 0 R] /Names << /EmbeddedFiles << /Names [({ReceiptName}) {spec} 0 R] >> >>")));
        update.Object(field, Invariant($"/Type /Annot /Subtype /Widget /FT /Sig /T (issuer) /F 132 /Rect [0 0 0 0] /P {page} 0 R /V {signature} 0 R"));
        update.Object(signature, Invariant($"/Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M ({date}) {ContentKey} {content.Length} ")
            + Invariant($"{Range} /Contents <{new string('0', SignatureDigits)}>"));
        if (receipt is not null)
        {
            update.Stream(attached, $"/Type /EmbeddedFile /Subtype /text#2Fplain", receipt);
            update.Object(spec, Invariant($"/Type /Filespec /F ({ReceiptName}) /UF ({ReceiptName}) /AFRelationship /Supplement /EF << /F {attached} 0 R >>"));
        }

        var file = update.End(receipt is null ? next + 2 : next + 4, root, start, trailer);
        var added = Encoding.Latin1.GetString(file, content.Length, file.Length - content.Length);
        var contents = content.Length + added.IndexOf("/Contents <", StringComparison.Ordinal) + "/Contents ".Length;
        var after = contents + SignatureDigits + 2;
        var range = Invariant($"/ByteRange [0 {contents:D10} {after:D10} {file.Length - after:D10}]");
        Encoding.ASCII.GetBytes(range).CopyTo(file, content.Length + added.IndexOf(Range, StringComparison.Ordinal));
        return (file, contents);
    }

    private static byte[] Signed(byte[] file, int contents) => [.. file.AsSpan(0, contents), .. file.AsSpan(contents + SignatureDigits + 2)];

    private static byte[] Cms(byte[] data, PaperKey key)
    {
        var certificate = new EssCertIDv2(System.Security.Cryptography.SHA256.HashData(key.Certificate.GetEncoded()));
        var kind = PkcsObjectIdentifiers.IdAASigningCertificateV2;
        var attributes = new Org.BouncyCastle.Asn1.Cms.AttributeTable(new Dictionary<DerObjectIdentifier, object>
        {
            [kind] = new Org.BouncyCastle.Asn1.Cms.Attribute(kind, new DerSet(new SigningCertificateV2([certificate]))),
        });
        var cms = new CmsSignedDataGenerator();
        cms.AddSignerInfoGenerator(new SignerInfoGeneratorBuilder()
            .WithSignedAttributeGenerator(new DefaultSignedAttributeTableGenerator(attributes)).Build(key.Signer, key.Certificate));
        cms.AddCertificates(CollectionUtilities.CreateStore<X509Certificate>([key.Certificate]));
        return cms.Generate(new CmsProcessableByteArray(data), false).GetEncoded();
    }

    /// <summary>What stands between the brackets of an object's dictionary.</summary>
    private static string Inside(string text, int number)
    {
        var begin = text.IndexOf(Invariant($"\n{number} 0 obj\n<<"), StringComparison.Ordinal);
        var start = text.IndexOf("<<", begin, StringComparison.Ordinal) + 2;
        var end = text.IndexOf("endobj", start, StringComparison.Ordinal);
        return text[start..text.LastIndexOf(">>", end, StringComparison.Ordinal)];
    }

    private static int Number(Regex form, string text) =>
        form.Match(text) is { Success: true } found
            ? int.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new InvalidDataException($"the PDF is not as the drawing library writes it: {form}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"/Size (\d+)", RegexOptions.NonBacktracking)]
    private static partial Regex Size();

    [GeneratedRegex(@"/Root (\d+) 0 R", RegexOptions.NonBacktracking)]
    private static partial Regex Root();

    [GeneratedRegex(@"startxref\s+(\d+)", RegexOptions.NonBacktracking)]
    private static partial Regex StartOf();

    [GeneratedRegex(@"/Kids \[(\d+) 0 R", RegexOptions.NonBacktracking)]
    private static partial Regex Kids();

    /// <summary>Objects after the content, and the table that finds them.</summary>
    private sealed class Writer(byte[] content)
    {
        private readonly MemoryStream stream = Begin(content);
        private readonly SortedDictionary<int, long> offsets = [];

        public void Object(int number, string inside) => Put(number, $"<<{inside} >>\nendobj\n");

        public void Stream(int number, string inside, byte[] data)
        {
            Put(number, Invariant($"<<{inside} /Length {data.Length} >>\nstream\n"));
            stream.Write(data);
            stream.Write("\nendstream\nendobj\n"u8);
        }

        public byte[] End(int size, int root, int previous, string trailer)
        {
            var table = stream.Position;
            var text = new StringBuilder("xref\n");
            foreach (var (number, offset) in offsets)
            {
                text.Append(CultureInfo.InvariantCulture, $"{number} 1\n{offset:D10} 00000 n \n");
            }

            text.Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size {size} /Root {root} 0 R /Prev {previous}{Kept(trailer)} >>\nstartxref\n{table}\n%%EOF\n");
            stream.Write(Encoding.ASCII.GetBytes(text.ToString()));
            return stream.ToArray();
        }

        private static MemoryStream Begin(byte[] content)
        {
            var all = new MemoryStream();
            all.Write(content);
            all.Write("\n"u8);
            return all;
        }

        private static string Kept(string trailer) => Info().Match(trailer) is { Success: true } info ? " " + info.Value : "";

        private void Put(int number, string text)
        {
            offsets[number] = stream.Position;
            stream.Write(Encoding.Latin1.GetBytes(Invariant($"{number} 0 obj\n") + text));
        }
    }

    [GeneratedRegex(@"/Info \d+ 0 R", RegexOptions.NonBacktracking)]
    private static partial Regex Info();
}
