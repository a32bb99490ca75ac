using System.Collections.Immutable;

namespace Backbone.Credit.Statistics;

/// <summary>Counts by group and column, as they are; never shown.</summary>
/// <param name="Columns">In their order.</param>
/// <param name="Rows">For each group as many counts as there are columns.</param>
internal sealed record CountTable(ImmutableArray<string> Columns, ImmutableArray<(string Group, ImmutableArray<long> Counts)> Rows)
{
    public static CountTable Of(IEnumerable<(string Group, string Column, long Count)> counts, ImmutableArray<string> columns) => new(
        columns,
        [
            .. counts.GroupBy(one => one.Group, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group =>
                (group.Key, columns.Select(column => group.Where(one => one.Column == column).Sum(one => one.Count)).ToImmutableArray())),
        ]);

    public ImmutableArray<long> Totals => [.. Columns.Select((_, column) => Rows.Sum(row => row.Counts[column]))];
}

/// <summary>Null where the count is hidden.</summary>
internal sealed record PublishedRow(string Group, ImmutableArray<long?> Counts, long? All)
{
    public bool IsWhole => All is not null && Counts.All(count => count is not null);
}

/// <summary>A table as it may be shown: what is null is hidden, by <see cref="SmallCells"/>.</summary>
internal sealed record PublishedTable(ImmutableArray<string> Columns, ImmutableArray<PublishedRow> Rows, PublishedRow Total)
{
    public bool HasHidden => Rows.Append(Total).Any(row => !row.IsWhole);
}

/// <summary>Tables made fit to be shown, those together that share totals: each alone may be safe and both beside each other not.</summary>
internal static class PublishTables
{
    private const int Start = 0;
    private const int End = 1;

    /// <summary>Two tables over the same columns, of the same organisations: by region, and by kind. Their totals by column are the same numbers.</summary>
    public static (PublishedTable Left, PublishedTable Right) Linked(CountTable left, CountTable right, int bound)
    {
        if (!left.Columns.SequenceEqual(right.Columns) || !left.Totals.SequenceEqual(right.Totals))
        {
            throw new ArgumentException("the tables are not of the same organisations", nameof(right));
        }

        var flows = new List<CountFlow>();
        var columns = left.Columns.Length;
        int In(int column) => 2 + column;
        int Out(int column) => 2 + columns + column;
        int LeftRow(int row) => 2 + (2 * columns) + row;
        int RightRow(int row) => LeftRow(left.Rows.Length) + row;
        for (var row = 0; row < left.Rows.Length; row++)
        {
            flows.Add(new(Start, LeftRow(row), left.Rows[row].Counts.Sum()));
            flows.AddRange(left.Rows[row].Counts.Select((count, column) => new CountFlow(LeftRow(row), In(column), count)));
        }

        var totals = flows.Count;
        flows.AddRange(left.Totals.Select((count, column) => new CountFlow(In(column), Out(column), count)));
        flows.Add(new(End, Start, left.Totals.Sum()));
        var second = flows.Count;
        for (var row = 0; row < right.Rows.Length; row++)
        {
            flows.Add(new(RightRow(row), End, right.Rows[row].Counts.Sum()));
            flows.AddRange(right.Rows[row].Counts.Select((count, column) => new CountFlow(Out(column), RightRow(row), count)));
        }

        // Larger numbers all the way round, the grand total among them, are always a way.
        var hidden = SmallCells.Hidden(flows, bound)!;
        long? Shown(int flow) => hidden[flow] ? null : flows[flow].Count;
        var total = new PublishedRow("", [.. Enumerable.Range(totals, columns).Select(Shown)], Shown(totals + columns));
        PublishedTable Table(CountTable table, int first) => new(
            table.Columns,
            [
                .. table.Rows.Select((row, i) => new PublishedRow(
                    row.Group, [.. Enumerable.Range(first + (i * (columns + 1)) + 1, columns).Select(Shown)], Shown(first + (i * (columns + 1))))),
            ],
            total);
        return (Table(left, 0), Table(right, second));
    }

    /// <summary>A table that shares nothing with another.</summary>
    public static PublishedTable Alone(CountTable table, int bound) => Linked(table, new(table.Columns, [("", table.Totals)]), bound).Left;

    /// <summary>One list of counts with its sum.</summary>
    public static PublishedRow Line(string group, IReadOnlyList<long> counts, int bound)
    {
        List<CountFlow> flows = [.. counts.Select(count => new CountFlow(Start, End, count)), new(End, Start, counts.Sum())];
        var hidden = SmallCells.Hidden(flows, bound)!;
        return new(group, [.. counts.Select((count, i) => hidden[i] ? (long?)null : count)], hidden[^1] ? null : counts.Sum());
    }

    /// <summary>
    /// Grades that changed, from which (rows) to which (columns). How many each grade gained or lost may be known, so what moves when a small count gets
    /// larger are counts that go round among the grades. A row's sum is told where all of the row is.
    /// </summary>
    /// <returns>Null when a small count could not be hidden so: too few changed.</returns>
    public static PublishedTable? Changes(CountTable table, int bound)
    {
        var flows = new List<CountFlow>();
        foreach (var (group, counts) in table.Rows)
        {
            flows.AddRange(counts.Select((count, column) => new CountFlow(table.Columns.IndexOf(group), column, count)));
        }

        if (SmallCells.Hidden(flows, bound) is not { } hidden)
        {
            return null;
        }

        var columns = table.Columns.Length;
        var rows = table.Rows.Select((row, i) =>
        {
            ImmutableArray<long?> shown = [.. row.Counts.Select((count, column) => hidden[(i * columns) + column] ? (long?)null : count)];
            return new PublishedRow(row.Group, shown, shown.Aggregate((long?)0, (sum, count) => sum + count));
        });
        return new(table.Columns, [.. rows], new("", [.. table.Columns.Select(_ => (long?)null)], null));
    }

    /// <summary>
    /// Who moved from which grade (rows) to which (columns), where how many have each grade, before and now, may be known from elsewhere. No totals by column are shown.
    /// </summary>
    /// <returns>Null when a small count could not be hidden so: too few organisations.</returns>
    public static PublishedTable? Moves(CountTable table, int bound) =>
        WithKnownTotals(table, bound, rowsAreKnown: true) is { } shown ? shown with { Total = new("", [.. table.Columns.Select(_ => (long?)null)], null) } : null;

    /// <summary>
    /// A further table of the same organisations beside others whose totals are all shown: the totals are known, so that what is hidden in one of the tables
    /// says nothing of another.
    /// </summary>
    /// <returns>Null when a small count could not be hidden so: too few organisations.</returns>
    public static PublishedTable? Beside(CountTable table, int bound) => WithKnownTotals(table, bound, rowsAreKnown: false);

    private static PublishedTable? WithKnownTotals(CountTable table, int bound, bool rowsAreKnown)
    {
        var flows = new List<CountFlow>();
        var known = new List<bool>();
        var columns = table.Columns.Length;
        for (var row = 0; row < table.Rows.Length; row++)
        {
            var all = table.Rows[row].Counts.Sum();
            flows.Add(new(Start, 2 + columns + row, all));
            known.Add(rowsAreKnown && all >= bound);
            foreach (var (count, column) in table.Rows[row].Counts.Select((count, column) => (count, column)))
            {
                flows.Add(new(2 + columns + row, 2 + column, count));
                known.Add(false);
            }
        }

        foreach (var (count, column) in table.Totals.Select((count, column) => (count, column)))
        {
            flows.Add(new(2 + column, End, count));
            known.Add(true);
        }

        if (SmallCells.Hidden(flows, bound, known) is not { } hidden)
        {
            return null;
        }

        long? Shown(int flow) => hidden[flow] ? null : flows[flow].Count;
        return new(
            table.Columns,
            [
                .. table.Rows.Select((row, i) => new PublishedRow(
                    row.Group, [.. Enumerable.Range((i * (columns + 1)) + 1, columns).Select(Shown)], Shown(i * (columns + 1)))),
            ],
            new("", [.. table.Totals.Select(count => (long?)count)], table.Totals.Sum()));
    }
}
