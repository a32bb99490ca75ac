using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Backbone.Credit.Catalogue;
using Backbone.Platform;

namespace Backbone.Credit.Facts.Files;

/// <summary>One row, read.</summary>
/// <param name="Json">As a program would have sent it; empty where there are problems.</param>
/// <param name="Draft">Null where there are problems.</param>
internal readonly record struct RowOutcome(int Number, ReadOnlyMemory<byte> Json, FactDraft? Draft, IReadOnlyList<RowProblem> Problems);

/// <summary>
/// Reads rows below their headings: each becomes the record that a program would have sent, and <see cref="ReadDraft"/> alone says what is wrong with it.
/// </summary>
internal sealed class ReadRow
{
    /// <summary>As much as the longest field may have: what is longer is not looked at any further, for a small workbook can have it in every cell.</summary>
    private const int LongestField = 1_000;

    private const int LongestShown = 60;

    private static readonly Bilingual TooLong = new($"至多 {LongestField} 个字符", $"at most {LongestField} characters");

    private static readonly Bilingual NoValue = new("一个值：这里是电子表格的错误，或没有计算过的公式", "a value: here is an error of the spreadsheet, or a formula that was never computed");

    private readonly FileForm form;
    private readonly FactCatalogue catalogue;
    private readonly DateOnly today;
    private readonly string[] headings;

    /// <summary>For each column of the file the form's; null where it is not read.</summary>
    private readonly FileColumn?[] columns;

    private ReadRow(FileForm form, FactCatalogue catalogue, DateOnly today, string[] headings, FileColumn?[] columns) =>
        (this.form, this.catalogue, this.today, this.headings, this.columns) = (form, catalogue, today, headings, columns);

    public FileForm Form => form;

    /// <summary>Headings of what is not read, in a form that may have such.</summary>
    public IEnumerable<string> NotRead => headings.Where((heading, at) => columns[at] is null && heading.Length > 0);

    /// <exception cref="FileRefusedException">With everything that is wrong with the headings.</exception>
    public static ReadRow Below(FileRow head, FactCatalogue catalogue, DateOnly today)
    {
        string[] headings = [.. head.Cells.Select(cell => cell.Trim())];
        var form = FileForm.Of(headings);
        List<RowProblem> problems = [];
        if (head.Fault is { } fault)
        {
            problems.Add(new(1, fault.Column < headings.Length ? Cut(headings[fault.Column]) : "", fault.Rule, ""));
        }

        var columns = new FileColumn?[headings.Length];
        for (var at = 0; at < headings.Length; at++)
        {
            columns[at] = headings[at].Length == 0 ? null : form.Columns.FirstOrDefault(column => column.IsCalled(headings[at]));
            if (headings[at].Length == 0)
            {
                continue;
            }

            if (columns[at] is null && !form.KnowsOthers)
            {
                problems.Add(new(1, Cut(headings[at]), new("模板中的列名", "a heading of the template"), Cut(headings[at])));
            }
            else if (columns[at] is { Kind: CellKind.Ambiguous })
            {
                problems.Add(new(1, Cut(headings[at]), new("列名写明单位：罚款金额（万元）", "a heading that says its unit: 罚款金额（万元）"), Cut(headings[at])));
            }
            else if (columns[at] is { } column && columns.AsSpan(0, at).Contains(column))
            {
                problems.Add(new(1, Cut(headings[at]), new("每列只出现一次", "each column once"), Cut(headings[at])));
            }
        }

        foreach (var missing in form.Columns.Where(column => column.Needed && !columns.Contains(column)))
        {
            problems.Add(new(1, "", new($"必须有“{missing.Headings[0]}”列", $"the column \"{missing.Name.En}\" is needed"), ""));
        }

        return problems.Count == 0 ? new(form, catalogue, today, headings, columns) : throw new FileRefusedException("headings", problems);
    }

    public RowOutcome Read(FileRow row)
    {
        List<RowProblem> problems = [];
        if (row.Fault is { } fault)
        {
            problems.Add(new(row.Number, Heading(fault.Column), fault.Rule, ""));
        }

        for (var at = headings.Length; at < row.Cells.Count; at++)
        {
            if (!string.IsNullOrWhiteSpace(row.Cells[at]))
            {
                problems.Add(new(row.Number, "", new($"至多 {headings.Length} 格，与列名一致", $"at most {headings.Length} cells, one for each heading"), $"{row.Cells.Count}"));
                break;
            }
        }

        // A row that is torn is not understood any further: its cells may stand under other headings.
        if (problems.Count > 0)
        {
            return new(row.Number, default, null, problems);
        }

        var json = Write(row, problems);
        string[] notLookedAt = [.. problems.Where(problem => problem.Rule == TooLong || problem.Rule == NoValue).Select(problem => problem.Column)];
        var outcome = ReadDraft.Read(json, catalogue, today);
        foreach (var violation in outcome.Violations)
        {
            // A field that was not looked at is said to be missing, and a key that the form does not have to be wrong: neither is news.
            if ((violation.Field != "key" || form.Type is null) && HeadingOf(violation.Field) is var heading && !notLookedAt.Contains(heading))
            {
                problems.Add(new(row.Number, heading, violation.Rule, violation.Value));
            }
        }

        return problems.Count == 0 ? new(row.Number, json, outcome.Draft, []) : new(row.Number, default, null, [.. problems.OrderBy(PlaceOf)]);
    }

    /// <summary>What it is called in this file; else as the form calls it.</summary>
    public string HeadingOf(string field)
    {
        for (var at = 0; at < columns.Length; at++)
        {
            if (columns[at]?.Field == field)
            {
                return Cut(headings[at]);
            }
        }

        return field switch
        {
            "amount" when form == FileForm.Penalties => "罚款金额（万元）",
            "key" when form.Type is not null => HeadingOf("document"),
            _ => FileForm.Facts.Columns.FirstOrDefault(column => column.Field == field)?.Headings[0] ?? field,
        };
    }

    /// <summary>From left to right, and last what has no column here.</summary>
    private int PlaceOf(RowProblem problem) => Array.FindIndex(headings, heading => Cut(heading) == problem.Column) is >= 0 and var at ? at : headings.Length;

    private ReadOnlyMemory<byte> Write(FileRow row, List<RowProblem> problems)
    {
        var output = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(output);
        decimal? amount = null;
        var document = "";
        json.WriteStartObject();
        if (form.Type is { } type)
        {
            json.WriteString("type", type);
        }

        for (var at = 0; at < columns.Length && at < row.Cells.Count; at++)
        {
            if (columns[at] is not { } column || row.Cells[at].Trim() is not { Length: > 0 } cell)
            {
                continue;
            }

            if (cell.Length > LongestField)
            {
                problems.Add(new(row.Number, Cut(headings[at]), TooLong, Cut(cell[..100])));
                continue;
            }

            if (RowWords.IsError(cell))
            {
                problems.Add(new(row.Number, Cut(headings[at]), NoValue, cell));
                continue;
            }

            switch (column.Kind)
            {
                case CellKind.Person when RowWords.IsPerson(cell):
                    problems.Add(new(row.Number, Cut(headings[at]), new("法人或非法人组织：这里不记录自然人和个体工商户", "an organisation: natural persons and individual businesses are not recorded here"), ""));
                    break;
                case CellKind.Person:
                    break;
                case CellKind.TenThousands when RowWords.Number(cell) is { } some && Math.Abs(some) < 1e12m:
                    amount = (amount ?? 0) + (some * 10_000);
                    break;
                case CellKind.TenThousands:
                    problems.Add(new(row.Number, Cut(headings[at]), new("以万元计的数，只用数字和小数点", "a number of ten thousands of yuan: digits and a point"), PersonsNumber.IsIn(cell) ? "" : Cut(cell)));
                    break;
                case CellKind.Number when RowWords.Number(cell) is { } number:
                    json.WriteNumber(column.Field, number);
                    break;
                default:
                    WriteText(json, column.Field, Text(column.Kind, cell));
                    break;
            }

            document = column.Field == "document" ? cell : document;
        }

        if (amount is { } sum)
        {
            json.WriteNumber("amount", sum);
        }

        if (form.Type is not null && document.Length > 0)
        {
            WriteText(json, "key", KeyOf(document));
        }

        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }

    private string Text(CellKind kind, string cell) => kind switch
    {
        CellKind.Word => RowWords.Word(cell),
        CellKind.Type => RowWords.Type(cell, catalogue),
        CellKind.Date => RowWords.Date(cell),
        CellKind.LastDay => RowWords.Date(cell, add: 1),
        _ => cell,
    };

    /// <summary>A text with half a surrogate pair is no Unicode, and no writer takes it.</summary>
    private static void WriteText(Utf8JsonWriter json, string field, string text) =>
        json.WriteString(field, text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) : text);

    /// <summary>A file of an agency has no keys; the number of a document is one among its facts of a type about an organisation.</summary>
    private string KeyOf(string document)
    {
        var key = $"{form.Type}/{document}";
        return key.Length <= 100 ? key : $"{form.Type}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(document)))}";
    }

    private string Heading(int column) => column < headings.Length ? Cut(headings[column]) : "";

    private static string Cut(string text) => PersonsNumber.IsIn(text) ? "" : text.Length <= LongestShown ? text : text[..LongestShown] + "…";
}
