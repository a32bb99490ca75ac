using Backbone.Platform.Web;
using SkiaSharp;

namespace Backbone.Credit.Paper;

/// <summary>The font of the PDF: one that has Chinese. None is shipped; it is the operator's, or one of those that systems have.</summary>
internal sealed class PaperFont(string? path)
{
    /// <summary>A character that every font for Chinese has.</summary>
    private const char Probe = '信';

    /// <summary>Faces of a collection that are looked at.</summary>
    private const int MostFaces = 40;

    private static readonly string[] Known =
    [
        "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
        "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc", "/usr/share/fonts/google-noto-sans-cjk-vf-fonts/NotoSansCJK-VF.ttc",
        "/usr/share/fonts/adobe-source-han-sans/SourceHanSansCN-Regular.otf", "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
        "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf", "/System/Library/Fonts/PingFang.ttc", "C:\\Windows\\Fonts\\msyh.ttc",
    ];

    /// <summary>What is missing where there is none, and the cure.</summary>
    public static string Missing =>
        $"no font with Chinese was found for the PDF of a report; install Noto Sans CJK, or name a file with {CreditOptions.Section}:{nameof(CreditOptions.PaperFont)}";

    /// <summary>The file; null where there is none.</summary>
    public string? File => path;

    public static PaperFont Find(CreditOptions options, BackboneOptions platform) =>
        new(options.PaperFont.Length > 0 ? platform.PathOf(options.PaperFont) : Known.FirstOrDefault(System.IO.File.Exists));

    /// <summary>The face for simplified Chinese; null when the file is none, or has no Chinese. The caller's to dispose.</summary>
    public SKTypeface? Open()
    {
        if (path is null || !System.IO.File.Exists(path))
        {
            return null;
        }

        SKTypeface? chosen = null;
        for (var face = 0; face < MostFaces && SKTypeface.FromFile(path, face) is { } one; face++)
        {
            var better = HasChinese(one) && (chosen is null || (IsSimplified(one) && !IsSimplified(chosen)));
            (better ? chosen : one)?.Dispose();
            chosen = better ? one : chosen;
        }

        return chosen;
    }

    private static bool IsSimplified(SKTypeface face) => face.FamilyName.EndsWith(" SC", StringComparison.Ordinal);

    private static bool HasChinese(SKTypeface face)
    {
        using var font = new SKFont(face);
        return font.ContainsGlyph(Probe);
    }
}
