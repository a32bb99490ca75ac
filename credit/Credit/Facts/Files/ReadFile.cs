using Backbone.Credit.Catalogue;
using Backbone.Platform;
using Backbone.Platform.Entities;

namespace Backbone.Credit.Facts.Files;

/// <summary>
/// A file of facts, row by row, each with all that is wrong with it; pure, and the same for whatever way the file came. Rows are made as they are asked for:
/// no more than the file itself is held.
/// </summary>
internal sealed class ReadFile
{
    /// <summary>No heading begins with it.</summary>
    public const char SheetMark = '\t';

    private readonly IEnumerator<FileRow> rows;
    private readonly ReadRow read;
    private readonly IReadOnlyList<string> otherSheets;
    private readonly Dictionary<(EntityCode, string), int> keys = [];

    private ReadFile(IEnumerator<FileRow> rows, ReadRow read, IReadOnlyList<string> otherSheets) => (this.rows, this.read, this.otherSheets) = (rows, read, otherSheets);

    public FileForm Form => read.Form;

    /// <summary>Headings of columns, then, each behind a <see cref="SheetMark"/>, the names of sheets.</summary>
    public IReadOnlyList<string> NotRead => [.. read.NotRead, .. otherSheets.Select(name => SheetMark + name)];

    /// <summary>Reads the headings.</summary>
    /// <param name="today">No document is of a later day.</param>
    /// <exception cref="FileRefusedException">The whole file is not read, and why.</exception>
    public static ReadFile Open(byte[] bytes, FactCatalogue catalogue, DateOnly today)
    {
        if (bytes.Length > FileBounds.MostBytes)
        {
            throw TooLarge(bytes.Length);
        }

        List<string> otherSheets = [];
        var rows = (ReadWorkbook.Is(bytes) ? ReadWorkbook.Of(bytes, otherSheets) : ReadCsvRows.Of(DecodeText.Of(bytes).Text)).GetEnumerator();
        if (!rows.MoveNext() || rows.Current.Number != 1 || rows.Current.IsBlank)
        {
            throw new FileRefusedException("empty", new Bilingual("第一行是列名", "headings in the first row"), row: 1);
        }

        return new(rows, ReadRow.Below(rows.Current, catalogue, today), otherSheets);
    }

    public static FileRefusedException TooLarge(long size) =>
        new("bytes", new Bilingual($"至多 {FileBounds.MostBytes >> 20} MiB", $"at most {FileBounds.MostBytes >> 20} MiB"), $"{size:N0} B");

    public string HeadingOf(string field) => read.HeadingOf(field);

    /// <summary>Every row that is not blank, once.</summary>
    /// <exception cref="FileRefusedException">More rows than may be, or none; or the workbook is broken further down.</exception>
    public IEnumerable<RowOutcome> Rows()
    {
        var count = 0;
        while (rows.MoveNext())
        {
            // Spreadsheets leave blank rows behind, down to the last there is.
            if (rows.Current.IsBlank)
            {
                continue;
            }

            if (rows.Current.Number > FileBounds.MostRows + 1)
            {
                throw new FileRefusedException("rows", new Bilingual($"至多 {FileBounds.MostRows:N0} 行，请分成几个文件", $"at most {FileBounds.MostRows:N0} rows: make several files of it"), row: rows.Current.Number);
            }

            count++;
            yield return Once(read.Read(rows.Current));
        }

        if (count == 0)
        {
            throw new FileRefusedException("empty", new Bilingual("列名下至少一行", "at least one row below the headings"), row: 2);
        }
    }

    /// <summary>A key stands once in a file, whatever its row says.</summary>
    private RowOutcome Once(RowOutcome row)
    {
        if (row.Draft is not { } draft || keys.TryAdd((draft.Entity, draft.Key), row.Number))
        {
            return row;
        }

        var first = keys[(draft.Entity, draft.Key)];
        var rule = new Bilingual($"文件中每条用自己的编号：与第 {first} 行相同", $"a key of its own in the file: this is that of row {first}");
        return row with { Draft = null, Problems = [new(row.Number, read.HeadingOf("key"), rule, draft.Key)] };
    }
}
