namespace Backbone.Credit.Fitting.Reading;

/// <summary>Reads ARFF, the table format of Weka: a header of attributes, then rows. Numbers and the outcome only; sparse rows are refused.</summary>
internal static class ReadArff
{
    private const string Quotes = "'\"";

    public static EntityTable From(TextReader text, string file, string outcome, IReadOnlyCollection<string> ignored)
    {
        var cells = new CellText(text, file);
        var names = new List<string>();
        while (true)
        {
            if (cells.AtEnd)
            {
                throw cells.Fault(0, "the file ends before @data");
            }

            var line = cells.ReadLine().Trim();
            if (line.StartsWith("@data", StringComparison.OrdinalIgnoreCase))
            {
                break;
            }

            if (line.StartsWith("@attribute", StringComparison.OrdinalIgnoreCase))
            {
                if (names.Count == TableBounds.MostColumns)
                {
                    throw Before(file, cells, $"at most {TableBounds.MostColumns} attributes");
                }

                names.Add(Attribute(line["@attribute".Length..].Trim(), outcome, ignored, file, cells));
            }
            else if (line.Length > 0 && line[0] != '%' && !line.StartsWith("@relation", StringComparison.OrdinalIgnoreCase))
            {
                throw Before(file, cells, "a line of the header is @relation, @attribute, @data or begins with %");
            }
        }

        var rows = new TableRows(cells, names, outcome, ignored);
        while (!cells.AtEnd)
        {
            ReadRow(cells, rows);
            cells.NextLine();
        }

        return rows.ToTable();
    }

    /// <summary>The line of a header's fault is the one before the reader's.</summary>
    private static TableFaultException Before(string file, CellText cells, string what) => new($"{file}, line {cells.Line - 1}: {what}");

    /// <summary>An attribute's name, once its kind is found to be one that can be read.</summary>
    private static string Attribute(string text, string outcome, IReadOnlyCollection<string> ignored, string file, CellText cells)
    {
        var quoted = text.Length > 0 && Quotes.Contains(text[0], StringComparison.Ordinal);
        var end = quoted ? text.IndexOf(text[0], 1) : text.AsSpan().IndexOfAny(' ', '\t');
        if (end <= 0)
        {
            throw Before(file, cells, "an attribute is written @attribute NAME KIND");
        }

        var name = quoted ? text[1..end] : text[..end];
        var kind = text[(end + 1)..].Trim();
        if (kind is not [] && !kind.StartsWith('{') && kind.ToUpperInvariant() is not ("NUMERIC" or "REAL" or "INTEGER") && !ignored.Contains(name))
        {
            throw Before(file, cells, $"\"{name}\" is of kind {kind}; numbers alone can be fitted to, and --ignore leaves an attribute out");
        }

        if (kind.StartsWith('{') && name != outcome && !ignored.Contains(name))
        {
            throw Before(file, cells, $"\"{name}\" is one of several words; numbers alone can be fitted to, and --ignore leaves an attribute out");
        }

        return kind.Length > 0 ? name : throw Before(file, cells, "an attribute is written @attribute NAME KIND");
    }

    private static void ReadRow(CellText cells, TableRows rows)
    {
        var count = 0;
        do
        {
            var cell = cells.Read(',', Quotes, count + 1);
            if (count == 0 && !cells.WasQuoted && (cell.StartsWith('%') || (cells.RowEnded && cell.Length == 0)))
            {
                if (!cells.RowEnded)
                {
                    cells.SkipRow();
                }

                return;
            }

            if (count == 0 && cell.StartsWith('{'))
            {
                throw cells.Fault(1, "sparse rows ({index value, …}) are not read; write every cell");
            }

            rows.Take(count, cell);
            count++;
        }
        while (!cells.RowEnded);

        rows.EndRow(count);
    }
}
