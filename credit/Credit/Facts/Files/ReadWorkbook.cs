using System.IO.Compression;
using System.Text;
using System.Xml;
using Backbone.Platform;

namespace Backbone.Credit.Facts.Files;

/// <summary>
/// Rows of the first sheet of an .xlsx workbook that is not hidden. What it unpacks to is measured before anything of it is read, whatever the archive says of
/// itself, and then only the parts that are needed are read.
/// </summary>
internal static class ReadWorkbook
{
    private const string Transitional = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Strict = "http://purl.oclc.org/ooxml/officeDocument/relationships";

    private static readonly byte[] OldForm = [0xD0, 0xCF, 0x11, 0xE0];

    /// <summary>Whether the bytes are an archive, or a workbook of the old form: anything but a text.</summary>
    public static bool Is(ReadOnlySpan<byte> bytes) => bytes.StartsWith("PK"u8) || bytes.StartsWith(OldForm);

    /// <param name="others">Gets, before the first row, the names of the sheets that are not hidden and not read.</param>
    /// <exception cref="FileRefusedException">Not a workbook that is read here; also while it is gone through.</exception>
    public static IEnumerable<FileRow> Of(byte[] bytes, ICollection<string> others)
    {
        if (bytes.AsSpan().StartsWith(OldForm))
        {
            throw new FileRefusedException(
                "old_workbook", new Bilingual("Excel 2007 及以后的 .xlsx；旧版 .xls 或加密的工作簿请另存为 .xlsx", "an .xlsx of Excel 2007 or later: save an old .xls, or one with a password, as .xlsx"));
        }

        // Before the list of parts is read, which takes memory for each.
        if (bytes.AsSpan().Count("PK\u0001\u0002"u8) > FileBounds.MostParts)
        {
            throw TooLarge();
        }

        using var archive = Sound(() => new ZipArchive(new MemoryStream(bytes), ZipArchiveMode.Read));
        using var rows = Sound(() => Open(archive, others));
        while (Sound(rows.Next) is { } row)
        {
            yield return row;
        }
    }

    private static WorkbookRows Open(ZipArchive archive, ICollection<string> others)
    {
        Measure(archive);
        var parts = new Dictionary<string, ZipArchiveEntry>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in archive.Entries)
        {
            // Two parts of one name mean two things to two readers.
            if (!parts.TryAdd(part.FullName.Replace('\\', '/').TrimStart('/'), part))
            {
                throw NoWorkbook();
            }
        }

        var (sheet, from1904) = FirstSheet(Part("xl/workbook.xml") ?? throw NoWorkbook(), others);
        var related = Related(Part("xl/_rels/workbook.xml.rels") ?? throw NoWorkbook(), sheet);
        var styles = WorkbookStyles.Read(Part(related.Styles), from1904);
        var texts = Part(related.Texts) is { } shared ? ReadTexts(shared) : [];
        return new(Part(related.Sheet) ?? throw NoWorkbook(), texts, styles);

        Stream? Part(string? name) => name is not null && parts.TryGetValue(name, out var part) ? part.Open() : null;
    }

    /// <summary>The relation's id of the first sheet that is seen, else of the first; and how the workbook counts days.</summary>
    private static (string Sheet, bool From1904) FirstSheet(Stream part, ICollection<string> others)
    {
        string? first = null, seen = null;
        var from1904 = false;
        using var xml = new StrangersXml(part);
        while (xml.Read())
        {
            if (xml.IsStart("workbookPr"))
            {
                from1904 = xml.Attribute("date1904") is "1" or "true";
            }
            else if (xml.IsStart("sheet") && (xml.Attribute("id", Transitional) ?? xml.Attribute("id", Strict)) is { } id)
            {
                first ??= id;
                if (xml.Attribute("state") is "hidden" or "veryHidden")
                {
                    continue;
                }

                if (seen is null)
                {
                    seen = id;
                }
                else
                {
                    others.Add(xml.Attribute("name") ?? "");
                }
            }
        }

        return (seen ?? first ?? throw NoWorkbook(), from1904);
    }

    private static (string? Sheet, string? Texts, string? Styles) Related(Stream part, string sheet)
    {
        string? found = null, texts = null, styles = null;
        using var xml = new StrangersXml(part);
        while (xml.Read())
        {
            if (!xml.IsStart("Relationship") || xml.Attribute("TargetMode") == "External" || xml.Attribute("Target") is not { } target)
            {
                continue;
            }

            var (name, type) = (PartOf(target), xml.Attribute("Type") ?? "");
            if (xml.Attribute("Id") == sheet)
            {
                found = type.EndsWith("/worksheet", StringComparison.Ordinal) ? name : throw NoWorkbook();
            }
            else if (type.EndsWith("/sharedStrings", StringComparison.Ordinal))
            {
                texts = name;
            }
            else if (type.EndsWith("/styles", StringComparison.Ordinal))
            {
                styles = name;
            }
        }

        return (found, texts, styles);
    }

    /// <summary>A target stands from the folder of the workbook on, or from the root.</summary>
    private static string PartOf(string target)
    {
        var plain = target.Replace('\\', '/');
        return plain.StartsWith('/') ? plain.TrimStart('/') : "xl/" + (plain.StartsWith("./", StringComparison.Ordinal) ? plain[2..] : plain);
    }

    /// <summary>Texts that cells share. All are held while the sheet is read, and so they have a bound of their own.</summary>
    private static List<string> ReadTexts(Stream part)
    {
        const int OfEach = 32;
        var texts = new List<string>();
        var left = FileBounds.MostTexts;
        using var xml = new StrangersXml(part);
        while (xml.Read())
        {
            if (xml.IsStart("si"))
            {
                // What many cells may point at is looked through once, here; one that is too long stays so, for its cells to be told.
                var text = WorkbookRows.Unescaped(xml.TextWithin("t", FileBounds.LongestCell));
                texts.Add(text.Length <= FileBounds.LongestCell ? text.Trim() : text);
                left -= texts[^1].Length + OfEach;
                if (left < 0)
                {
                    throw TooLarge();
                }
            }
        }

        return texts;
    }

    private static void Measure(ZipArchive archive)
    {
        if (archive.Entries.Count > FileBounds.MostParts)
        {
            throw TooLarge();
        }

        if (archive.Entries.Any(part => part.FullName.EndsWith("vbaProject.bin", StringComparison.OrdinalIgnoreCase)))
        {
            throw new FileRefusedException("macros", new Bilingual("不含宏的工作簿；带宏的 .xlsm 请另存为 .xlsx", "a workbook without macros: save an .xlsm as .xlsx"));
        }

        if (archive.Entries.Any(part => part.IsEncrypted))
        {
            throw NoWorkbook();
        }

        var left = FileBounds.MostUnpacked;
        var buffer = new byte[64 << 10];
        foreach (var part in archive.Entries)
        {
            using var unpacked = part.Open();
            for (int read; (read = unpacked.Read(buffer)) > 0;)
            {
                if ((left -= read) < 0)
                {
                    throw TooLarge();
                }
            }
        }
    }

    private static FileRefusedException TooLarge() => new(
        "unpacked",
        new Bilingual($"解压后至多 {FileBounds.MostUnpacked >> 20} MiB、{FileBounds.MostParts} 个部件的工作簿", $"a workbook that unpacks to at most {FileBounds.MostUnpacked >> 20} MiB and {FileBounds.MostParts} parts"));

    private static FileRefusedException NoWorkbook() => new("workbook", new Bilingual("完好的 .xlsx 工作簿", "a sound .xlsx workbook"));

    private static T Sound<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is XmlException or InvalidDataException or DecoderFallbackException or IOException or NotSupportedException)
        {
            throw NoWorkbook();
        }
    }
}
