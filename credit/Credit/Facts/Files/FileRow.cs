using Backbone.Platform;

namespace Backbone.Credit.Facts.Files;

/// <summary>One row as it stands in a file.</summary>
/// <param name="Number">As a spreadsheet counts, from 1: the headings are in the first.</param>
/// <param name="Cells">Empty texts where nothing stands.</param>
/// <param name="Fault">What could not be read in it; null when all could.</param>
internal readonly record struct FileRow(int Number, IReadOnlyList<string> Cells, CellFault? Fault)
{
    public bool IsBlank => Fault is null && Cells.All(string.IsNullOrWhiteSpace);
}

/// <param name="Column">From 0.</param>
internal sealed record CellFault(int Column, Bilingual Rule);

/// <summary>A file that is not read any further: its form, its size, its headings.</summary>
/// <param name="code">One word, for events.</param>
/// <param name="problems">All that is wrong, each with its place; at least one.</param>
internal sealed class FileRefusedException(string code, IReadOnlyList<RowProblem> problems) : Exception(code)
{
    public FileRefusedException(string code, Bilingual rule, string value = "", int row = 0)
        : this(code, [new RowProblem(row, "", rule, value)])
    {
    }

    public string Code => Message;

    public IReadOnlyList<RowProblem> Problems { get; } = problems;
}

/// <summary>What is wrong, and where.</summary>
/// <param name="Row">As a spreadsheet counts; 0 for the file as a whole.</param>
/// <param name="Column">The column's heading as it stands in the file, or what it should be called; empty for the row as a whole.</param>
/// <param name="Rule">What it should be.</param>
/// <param name="Value">What was found, cut; empty where it may be a person's number.</param>
internal sealed record RowProblem(int Row, string Column, Bilingual Rule, string Value);
