namespace Backbone.Credit.Cases.Evidence;

/// <summary>The forms in which evidence is taken.</summary>
internal enum EvidenceKind : short
{
    /// <summary>None of them.</summary>
    Unknown = 0,
    Pdf = 1,
    Png = 2,
    Jpeg = 3,
}

/// <summary>Tells the form of a file from its bytes; the name and the type a browser says are never looked at.</summary>
internal static class EvidenceForms
{
    public const string Accepted = ".pdf,.png,.jpg,.jpeg";

    /// <summary>A PDF ends in a mark that may have blanks or an appended signature behind it, not more.</summary>
    private const int PdfTail = 1024;

    /// <summary>Unknown for what is none of them, is cut off, or (a PDF) says in clear that it runs programs.</summary>
    public static EvidenceKind Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("%PDF-1."u8) || bytes.StartsWith("%PDF-2."u8))
        {
            var tail = bytes[Math.Max(0, bytes.Length - PdfTail)..];
            return tail.LastIndexOf("%%EOF"u8) >= 0 && bytes.IndexOf("/JavaScript"u8) < 0 && bytes.IndexOf("/Launch"u8) < 0 ? EvidenceKind.Pdf : EvidenceKind.Unknown;
        }

        if (IsPng(bytes))
        {
            return EvidenceKind.Png;
        }

        ReadOnlySpan<byte> start = [0xff, 0xd8, 0xff];
        ReadOnlySpan<byte> end = [0xff, 0xd9];
        return bytes.Length > 100 && bytes.StartsWith(start) && bytes.EndsWith(end) ? EvidenceKind.Jpeg : EvidenceKind.Unknown;
    }

    public static string MediaType(EvidenceKind kind) => kind switch
    {
        EvidenceKind.Pdf => "application/pdf",
        EvidenceKind.Png => "image/png",
        EvidenceKind.Jpeg => "image/jpeg",
        _ => "application/octet-stream",
    };

    public static string Extension(EvidenceKind kind) => kind switch
    {
        EvidenceKind.Pdf => "pdf",
        EvidenceKind.Png => "png",
        EvidenceKind.Jpeg => "jpg",
        _ => "bin",
    };

    /// <summary>Signature, header chunk first, end chunk last (PNG 5.2, 5.6).</summary>
    private static bool IsPng(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];
        return bytes.Length >= 57 && bytes.StartsWith(signature) && bytes[12..].StartsWith("IHDR"u8) && bytes[^8..].StartsWith("IEND"u8);
    }
}
