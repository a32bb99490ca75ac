using System.Globalization;
using Backbone.Credit.Scoring.Facts;
using Backbone.Platform.Entities;

namespace Backbone.Credit.Fitting.Reading;

/// <summary>Takes cells row by row and makes the table of them: numbers become whole quantities, the outcome 0 or 1, and nothing of a person's comes in.</summary>
internal sealed class TableRows
{
    private readonly CellText cells;
    private readonly string[] names;
    private readonly bool[] used;
    private readonly int outcome;
    private readonly List<long>[] quantities;
    private readonly List<bool> bad = [];

    /// <param name="cells">Where the cells come from; for the places in messages.</param>
    /// <param name="names">Names of all columns, in the file's order.</param>
    /// <param name="outcome">Name of the column that says what became of the entity.</param>
    /// <param name="ignored">Columns to leave out.</param>
    public TableRows(CellText cells, IReadOnlyList<string> names, string outcome, IReadOnlyCollection<string> ignored)
    {
        this.cells = cells;
        this.names = [.. names];
        foreach (var twice in names.GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            throw cells.Fault(0, $"the column \"{twice.Key}\" stands {twice.Count()} times; give each a name of its own");
        }

        this.outcome = Array.IndexOf(this.names, outcome);
        foreach (var unknown in ignored.Append(outcome).Where(name => !names.Contains(name, StringComparer.Ordinal)))
        {
            throw cells.Fault(0, $"there is no column \"{unknown}\"; there are {Some(names)}");
        }

        used = [.. names.Select(name => name != outcome && !ignored.Contains(name))];
        if (ignored.Contains(outcome))
        {
            throw cells.Fault(0, $"the column \"{outcome}\" is the outcome and cannot be ignored");
        }

        if (!used.Contains(true))
        {
            throw cells.Fault(0, "there is no column beside the outcome to fit a rule to");
        }

        quantities = [.. names.Select(_ => new List<long>())];
    }

    /// <summary>One row's cell.</summary>
    /// <param name="column">From 0.</param>
    public void Take(int column, string cell)
    {
        if (column >= names.Length)
        {
            throw cells.Fault(column + 1, $"the row has more cells than the {names.Length} columns of the header");
        }

        RefusePersons(column, cell);
        if (column == outcome)
        {
            bad.Add(cell switch
            {
                "1" => true,
                "0" => false,
                _ => throw cells.Fault(column + 1, $"the outcome \"{names[column]}\" is 1 (it happened) or 0, not \"{cell}\""),
            });
        }
        else if (used[column])
        {
            quantities[column].Add(Quantity(column, cell));
        }
    }

    /// <summary>Ends a row.</summary>
    /// <param name="count">Cells it had.</param>
    public void EndRow(int count)
    {
        if (count != names.Length)
        {
            throw cells.Fault(0, $"the row has {count} cells and the header {names.Length} columns");
        }

        if (bad.Count > TableBounds.MostRows || (long)bad.Count * names.Length > TableBounds.MostCells)
        {
            throw cells.Fault(0, $"at most {TableBounds.MostRows} rows and {TableBounds.MostCells} cells; fit to a part drawn by chance");
        }
    }

    /// <exception cref="TableFaultException">Too few rows, or too few of an outcome.</exception>
    public EntityTable ToTable()
    {
        var ones = bad.Count(one => one);
        if (bad.Count < TableBounds.FewestRows)
        {
            throw cells.Fault(0, $"{bad.Count} rows, at least {TableBounds.FewestRows} are needed: from fewer nothing can be learnt that holds");
        }

        if (Math.Min(ones, bad.Count - ones) < TableBounds.FewestOfOutcome)
        {
            throw cells.Fault(0, $"{ones} rows with outcome 1 and {bad.Count - ones} with 0, at least {TableBounds.FewestOfOutcome} of each are needed; is \"{names[outcome]}\" the outcome?");
        }

        int[] columns = [.. Enumerable.Range(0, names.Length).Where(column => used[column])];
        return new EntityTable([.. columns.Select(column => names[column])], [.. columns.Select(column => quantities[column].ToArray())], [.. bad]);
    }

    private static string Some(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(20).Select(name => $"\"{name}\"")) + (names.Count > 20 ? $" and {names.Count - 20} more" : "");

    private long Quantity(int column, string cell)
    {
        if (cell is "" or "?" or "NA")
        {
            return EntityTable.Missing;
        }

        if (!double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || double.IsNaN(number))
        {
            throw cells.Fault(column + 1, $"\"{cell}\" in \"{names[column]}\" is no number; empty, ? or NA stand for none, and --ignore leaves a column out");
        }

        var quantity = Math.Clamp(Math.Round(number * EntityTable.Unit), -ScoredFact.LargestQuantity, ScoredFact.LargestQuantity);
        return (long)quantity;
    }

    /// <summary>Only organisations are scored. Neither the number of a person nor the code of an individual business comes in, be it in a column left out.</summary>
    private void RefusePersons(int column, string cell)
    {
        if (cell.Length == EntityCode.Length && EntityCode.Read(cell).Fault is EntityCodeFault.ResidentIdentityNumber or EntityCodeFault.NaturalPerson)
        {
            throw cells.Fault(column + 1, $"\"{names[column]}\" holds the number of a natural person or individual business; only organisations are scored. Take such rows out of the file");
        }
    }
}
