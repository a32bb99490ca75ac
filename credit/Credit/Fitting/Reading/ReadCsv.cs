namespace Backbone.Credit.Fitting.Reading;

/// <summary>Reads CSV: a row of names, then a row for each entity. Cells are separated by comma, semicolon or tab, whichever the first row has most of.</summary>
internal static class ReadCsv
{
    private const string Quotes = "\"";

    public static EntityTable From(TextReader text, string file, string outcome, IReadOnlyCollection<string> ignored)
    {
        var buffered = new HeadText(text);
        var separator = buffered.MostFrequent(',', ';', '\t');
        var cells = new CellText(buffered, file);
        var names = new List<string>();
        do
        {
            if (names.Count == TableBounds.MostColumns)
            {
                throw cells.Fault(names.Count + 1, $"at most {TableBounds.MostColumns} columns");
            }

            names.Add(cells.Read(separator, Quotes, names.Count + 1));
            if (names[^1].Length == 0)
            {
                throw cells.Fault(names.Count, "the first row names the columns, and here is no name");
            }
        }
        while (!cells.RowEnded);

        var rows = new TableRows(cells, names, outcome, ignored);
        cells.NextLine();
        while (!cells.AtEnd)
        {
            ReadRow(cells, separator, rows);
            cells.NextLine();
        }

        return rows.ToTable();
    }

    private static void ReadRow(CellText cells, char separator, TableRows rows)
    {
        var count = 0;
        do
        {
            var cell = cells.Read(separator, Quotes, count + 1);
            if (count == 0 && cells.RowEnded && cell.Length == 0 && !cells.WasQuoted)
            {
                return; // An empty line, as many programs leave at the end.
            }

            rows.Take(count, cell);
            count++;
        }
        while (!cells.RowEnded);

        rows.EndRow(count);
    }
}
