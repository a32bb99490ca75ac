using System.Text;
using Backbone.Credit.Cases.Evidence;

namespace Backbone.Credit.Tests.Cases;

public sealed class EvidenceFormsTests
{
    public static byte[] Pdf { get; } = Encoding.ASCII.GetBytes("%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n");

    public static byte[] Png { get; } = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    private static byte[] Jpeg => [0xff, 0xd8, 0xff, 0xe0, .. new byte[120], 0xff, 0xd9];

    [Fact]
    public void A_file_is_what_its_bytes_say()
    {
        Assert.Equal(EvidenceKind.Pdf, EvidenceForms.Of(Pdf));
        Assert.Equal(EvidenceKind.Png, EvidenceForms.Of(Png));
        Assert.Equal(EvidenceKind.Jpeg, EvidenceForms.Of(Jpeg));
    }

    [Fact]
    public void What_is_cut_off_or_runs_programs_or_is_something_else_is_none()
    {
        byte[][] refused =
        [
            [], Pdf[..^6], Png[..^4], Jpeg[..^1], Jpeg[1..], [.. "MZ"u8, .. new byte[200]], [.. "<html><script>"u8], [.. "PK\u0003\u0004"u8, .. new byte[100]],
            [.. " "u8, .. Pdf], [.. Pdf[..^6], .. "<< /S /JavaScript /JS (app.alert) >>\n%%EOF\n"u8], [.. Pdf[..^6], .. "<< /S /Launch >>\n%%EOF\n"u8],
            [.. Pdf, .. new byte[2000]],
        ];
        Assert.All(refused, bytes => Assert.Equal(EvidenceKind.Unknown, EvidenceForms.Of(bytes)));
    }
}
