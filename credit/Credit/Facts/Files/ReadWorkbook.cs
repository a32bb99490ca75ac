using System.Globalization;
using System.IO.Compression;
using Backbone.Platform;
using MiniExcelLibs;
using MiniExcelLibs.OpenXml;

namespace Backbone.Credit.Facts.Files;

/// <summary>
/// Rows of the first sheet of an .xlsx workbook. What it unpacks to is measured before a reader of workbooks sees it, whatever the archive says of itself.
/// Formulas are never computed: a cell has the value that was kept with it.
/// </summary>
internal static class ReadWorkbook
{
    private static readonly byte[] OldForm = [0xD0, 0xCF, 0x11, 0xE0];

    /// <summary>Whether the bytes are an archive, or a workbook of the old form: anything but a text.</summary>
    public static bool Is(ReadOnlySpan<byte> bytes) => bytes.StartsWith("PK"u8) || bytes.StartsWith(OldForm);

    /// <exception cref="FileRefusedException">Not a workbook that is read here; also while it is gone through.</exception>
    public static IEnumerable<FileRow> Of(byte[] bytes)
    {
        Examine(bytes);
        using var reader = Open(bytes);
        if (reader.FieldCount > FileBounds.MostColumns)
        {
            throw new FileRefusedException("columns", new Bilingual($"至多 {FileBounds.MostColumns} 列", $"at most {FileBounds.MostColumns} columns"), $"{reader.FieldCount}");
        }

        for (var number = 1; Read(reader); number++)
        {
            var cells = new string[reader.FieldCount];
            CellFault? fault = null;
            for (var column = 0; column < cells.Length; column++)
            {
                cells[column] = TextOf(reader.GetValue(column));
                if (cells[column].Length > FileBounds.LongestCell)
                {
                    cells[column] = "";
                    fault ??= new(column, new($"每格至多 {FileBounds.LongestCell} 个字符", $"at most {FileBounds.LongestCell} characters in a cell"));
                }
            }

            yield return new(number, cells, fault);
        }
    }

    /// <summary>As a person would type it: dates as yyyy-mm-dd, numbers in the fewest digits that mean the same.</summary>
    private static string TextOf(object? value) => value switch
    {
        null => "",
        string text => text,
        DateTime { TimeOfDay.Ticks: 0 } day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime moment => moment.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        double number when Math.Abs(number) < 1e15 => ((decimal)number).ToString(CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static void Examine(byte[] bytes)
    {
        if (bytes.AsSpan().StartsWith(OldForm))
        {
            throw new FileRefusedException(
                "old_workbook", new Bilingual("Excel 2007 及以后的 .xlsx；旧版 .xls 或加密的工作簿请另存为 .xlsx", "an .xlsx of Excel 2007 or later: save an old .xls, or one with a password, as .xlsx"));
        }

        try
        {
            using var archive = new ZipArchive(new MemoryStream(bytes), ZipArchiveMode.Read);
            if (archive.Entries.Count > FileBounds.MostParts)
            {
                throw TooLarge();
            }

            if (archive.Entries.Any(part => part.FullName.EndsWith("vbaProject.bin", StringComparison.OrdinalIgnoreCase)))
            {
                throw new FileRefusedException("macros", new Bilingual("不含宏的工作簿；带宏的 .xlsm 请另存为 .xlsx", "a workbook without macros: save an .xlsm as .xlsx"));
            }

            if (archive.GetEntry("xl/workbook.xml") is null)
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
        catch (InvalidDataException)
        {
            throw NoWorkbook();
        }
    }

    private static FileRefusedException TooLarge() => new(
        "unpacked",
        new Bilingual($"解压后至多 {FileBounds.MostUnpacked >> 20} MiB、{FileBounds.MostParts} 个部件的工作簿", $"a workbook that unpacks to at most {FileBounds.MostUnpacked >> 20} MiB and {FileBounds.MostParts} parts"));

    private static FileRefusedException NoWorkbook() => new("workbook", new Bilingual("完好的 .xlsx 工作簿", "a sound .xlsx workbook"));

#pragma warning disable CA1031 // The bytes are a stranger's: whatever its reader stumbles over, the workbook is refused.
    private static MiniExcelDataReader Open(byte[] bytes)
    {
        try
        {
            // No cache of texts on disk: what is read here may not be left there.
            return MiniExcel.GetReader(
                new MemoryStream(bytes), useHeaderRow: false, sheetName: null, ExcelType.XLSX, "A1", new OpenXmlConfiguration { EnableSharedStringCache = false });
        }
        catch (Exception)
        {
            throw NoWorkbook();
        }
    }

    private static bool Read(MiniExcelDataReader reader)
    {
        try
        {
            return reader.Read();
        }
        catch (Exception)
        {
            throw NoWorkbook();
        }
    }
#pragma warning restore CA1031
}
