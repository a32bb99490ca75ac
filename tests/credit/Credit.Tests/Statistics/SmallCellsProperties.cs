using System.Collections.Immutable;
using Backbone.Credit.Statistics;
using FsCheck.Xunit;

namespace Backbone.Credit.Tests.Statistics;

/// <summary>Whoever has every number that is shown, of both tables, tries to find a number that is hidden.</summary>
public sealed class SmallCellsProperties
{
    private const int Bound = 3;
    private static readonly ImmutableArray<string> Grades = ["A", "D"];

    /// <summary>All whole numbers above zero are tried in the place of what is hidden; the attacker knows that zeros are shown.</summary>
    [Property(MaxTest = 400)]
    public void Of_small_tables_every_solution_is_tried_and_no_hidden_small_count_has_one_value_alone(int seed)
    {
        var (left, right) = Tables(seed, 2, 2, 7);
        var (one, other) = PublishTables.Linked(left, right, Bound);

        var (lefts, rights) = (Solutions(one), Solutions(other));
        var both = lefts.Select(Margins).Intersect(rights.Select(Margins)).ToHashSet();
        foreach (var (table, shown, solutions) in new[] { (left, one, lefts), (right, other, rights) })
        {
            Assert.Contains(solutions, solution => solution.SequenceEqual(table.Rows.SelectMany(row => row.Counts)));
            var possible = solutions.Where(solution => both.Contains(Margins(solution))).ToList();
            for (var row = 0; row < table.Rows.Length; row++)
            {
                IsOpen(table.Rows[row].Counts.Sum(), shown.Rows[row].All, possible.Select(solution => solution[2 * row] + solution[(2 * row) + 1]));
                for (var column = 0; column < 2; column++)
                {
                    var at = (2 * row) + column;
                    IsOpen(table.Rows[row].Counts[column], shown.Rows[row].Counts[column], possible.Select(solution => solution[at]));
                }
            }

            for (var column = 0; column < 2; column++)
            {
                IsOpen(table.Totals[column], shown.Total.Counts[column], possible.Select(solution => solution[column] + solution[column + 2]));
            }
        }
    }

    /// <summary>Tables as large as a country's, by linear algebra: no small count is fixed by the sums.</summary>
    [Property(MaxTest = 60)]
    public void Of_large_tables_no_hidden_small_count_follows_from_the_equations(int seed)
    {
        var (left, right) = Tables(seed, 9, 6, 40);
        var (one, other) = PublishTables.Linked(left, right, 10);
        var shown = one.Rows.Concat(other.Rows).SelectMany(row => row.Counts.Append(row.All)).Concat(one.Total.Counts).Append(one.Total.All).ToList();
        var real = left.Rows.Concat(right.Rows).SelectMany(row => row.Counts.Append(row.Counts.Sum())).Concat(left.Totals).Append(left.Totals.Sum()).ToList();
        Assert.All(shown.Zip(real), pair => Assert.True(pair.First is null || pair.First == pair.Second));
        Assert.All(shown.Zip(real), pair => Assert.False(pair.First is > 0 and < 10));

        // Unknowns are the hidden numbers; each row, column and sum is one equation among them.
        var place = Enumerable.Range(0, shown.Count).Where(i => shown[i] is null).Select((i, at) => (i, at)).ToDictionary(pair => pair.i, pair => pair.at);
        var equations = new List<double[]>();
        var (rows, columns) = (left.Rows.Length + right.Rows.Length, 2);
        double[] Equation(IEnumerable<(int At, int Sign)> terms)
        {
            var equation = new double[place.Count];
            foreach (var (at, sign) in terms.Where(term => place.ContainsKey(term.At)))
            {
                equation[place[at]] += sign;
            }

            return equation;
        }

        for (var row = 0; row < rows; row++)
        {
            equations.Add(Equation([((row * 3) + 2, -1), (row * 3, 1), ((row * 3) + 1, 1)]));
        }

        foreach (var (first, count) in new[] { (0, left.Rows.Length), (left.Rows.Length, right.Rows.Length) })
        {
            for (var column = 0; column < columns; column++)
            {
                equations.Add(Equation([((rows * 3) + column, -1), .. Enumerable.Range(first, count).Select(row => ((row * 3) + column, 1))]));
            }

            equations.Add(Equation([((rows * 3) + 2, -1), .. Enumerable.Range(first, count).Select(row => ((row * 3) + 2, 1))]));
        }

        equations.Add(Equation([((rows * 3) + 2, -1), (rows * 3, 1), ((rows * 3) + 1, 1)]));
        var solved = Solved(equations, place.Count);
        Assert.DoesNotContain(place, hidden => real[hidden.Key] < 10 && solved.Contains(hidden.Value));
    }

    [Property(MaxTest = 200)]
    public void Moves_are_safe_for_whoever_knows_how_many_have_each_grade_before_and_now(int seed)
    {
        var random = new Random(seed);
        var table = new CountTable(Grades, [("A", [random.Next(0, 8), random.Next(0, 8)]), ("D", [random.Next(0, 8), random.Next(0, 8)])]);
        if (PublishTables.Moves(table, Bound) is not { } shown)
        {
            return;
        }

        var (before, now) = (table.Rows.Select(row => row.Counts.Sum()).ToList(), table.Totals);
        var solutions = Solutions(shown).Where(solution =>
            (solution[0] + solution[2], solution[1] + solution[3]) == (now[0], now[1])
            && Enumerable.Range(0, 2).All(row => before[row] < Bound || solution[2 * row] + solution[(2 * row) + 1] == before[row])).ToList();
        for (var at = 0; at < 4; at++)
        {
            IsOpen(table.Rows[at / 2].Counts[at % 2], shown.Rows[at / 2].Counts[at % 2], solutions.Select(solution => solution[at]));
        }
    }

    [Property(MaxTest = 400)]
    public void A_table_beside_others_is_safe_for_whoever_knows_its_totals(int seed)
    {
        var random = new Random(seed);
        var table = new CountTable(Grades, [("C", [random.Next(0, 8), random.Next(0, 8)]), ("", [random.Next(0, 8), random.Next(0, 8)])]);
        if (PublishTables.Beside(table, Bound) is not { } shown)
        {
            return;
        }

        // The totals are those of the other tables, and shown there.
        Assert.Equal(table.Totals.Select(count => (long?)count), shown.Total.Counts);
        var solutions = Solutions(shown);
        Assert.Contains(solutions, solution => solution.SequenceEqual(table.Rows.SelectMany(row => row.Counts)));
        for (var row = 0; row < 2; row++)
        {
            IsOpen(table.Rows[row].Counts.Sum(), shown.Rows[row].All, solutions.Select(solution => solution[2 * row] + solution[(2 * row) + 1]));
            for (var column = 0; column < 2; column++)
            {
                IsOpen(table.Rows[row].Counts[column], shown.Rows[row].Counts[column], solutions.Select(solution => solution[(2 * row) + column]));
            }
        }
    }

    [Property(MaxTest = 200)]
    public void Changes_are_safe_for_whoever_knows_what_each_grade_gained(int seed)
    {
        var random = new Random(seed);
        ImmutableArray<string> grades = ["A", "B", "C"];
        var cells = Enumerable.Range(0, 9).Select(at => at % 4 == 0 ? 0L : random.Next(2) * random.Next(0, 8)).ToArray();
        var table = new CountTable(grades, [.. grades.Select((grade, row) => (grade, cells.AsSpan(row * 3, 3).ToImmutableArray()))]);
        if (PublishTables.Changes(table, Bound) is not { } shown)
        {
            return;
        }

        // What is hidden is tried from 1 to 9, all at once.
        long Gain(long[] some, int grade) => Enumerable.Range(0, 3).Sum(other => some[(other * 3) + grade] - some[(grade * 3) + other]);
        int[] hidden = [.. Enumerable.Range(0, 9).Where(at => shown.Rows[at / 3].Counts[at % 3] is null)];
        var seen = hidden.Select(_ => new HashSet<long>()).ToArray();
        for (var number = 0; number < Math.Pow(9, hidden.Length); number++)
        {
            var tried = cells.ToArray();
            for (int i = 0, rest = number; i < hidden.Length; i++, rest /= 9)
            {
                tried[hidden[i]] = 1 + (rest % 9);
            }

            if (Enumerable.Range(0, 3).All(grade => Gain(tried, grade) == Gain(cells, grade))
                && Enumerable.Range(0, 3).All(row => shown.Rows[row].All is not { } sum || sum == tried[(row * 3)..((row * 3) + 3)].Sum()))
            {
                for (var i = 0; i < hidden.Length; i++)
                {
                    seen[i].Add(tried[hidden[i]]);
                }
            }
        }

        for (var at = 0; at < 9; at++)
        {
            IsOpen(cells[at], shown.Rows[at / 3].Counts[at % 3], Array.IndexOf(hidden, at) is var i and >= 0 ? seen[i] : []);
        }
    }

    [Fact]
    public void What_is_large_is_shown_whole()
    {
        var table = new CountTable(Grades, [("11", [100, 0]), ("37", [50, 20])]);
        var (left, right) = PublishTables.Linked(table, table, 10);

        Assert.False(left.HasHidden || right.HasHidden);
        Assert.Equal(170, left.Total.All);
    }

    [Fact]
    public void One_small_count_hides_itself_and_no_more_than_it_needs()
    {
        var table = new CountTable(Grades, [("11", [100, 4]), ("37", [500, 200]), ("44", [30, 60])]);
        var (left, _) = PublishTables.Linked(table, new CountTable(Grades, [("91", [630, 264])]), 10);

        // The smallest square of four: the row and the column of the small one stay open by another each.
        Assert.Equal([[null, null], [500L, 200L], [null, null]], left.Rows.Select(row => row.Counts.ToArray()));
        Assert.Equal([104, 700, 90], left.Rows.Select(row => row.All ?? 0));
        Assert.True(left.Total.IsWhole);
    }

    private static void IsOpen(long real, long? shown, IEnumerable<long> possible)
    {
        Assert.True(shown is null || shown == real);
        Assert.False(shown is > 0 and < Bound);
        if (real is > 0 and < Bound)
        {
            Assert.True(possible.Distinct().Count() > 1, $"{real} follows from what is shown");
        }
    }

    private static (long A, long D) Margins(long[] solution) => (solution[0] + solution[2], solution[1] + solution[3]);

    /// <summary>All tables of two by two that what is shown of one allows.</summary>
    private static List<long[]> Solutions(PublishedTable shown)
    {
        const int Most = 18;
        var cells = shown.Rows.SelectMany(row => row.Counts).Select(count => count is { } known ? [known] : Enumerable.Range(1, Most).Select(value => (long)value).ToArray()).ToList();
        var solutions = new List<long[]>();
        foreach (var a in cells[0])
        {
            foreach (var b in cells[1].Where(b => Fits(shown.Rows[0].All, a + b)))
            {
                foreach (var c in cells[2].Where(c => Fits(shown.Total.Counts[0], a + c)))
                {
                    solutions.AddRange(cells[3].Where(d => Fits(shown.Rows[1].All, c + d) && Fits(shown.Total.Counts[1], b + d) && Fits(shown.Total.All, a + b + c + d)).Select(d => (long[])[a, b, c, d]));
                }
            }
        }

        return solutions;

        static bool Fits(long? sum, long value) => sum is null || sum == value;
    }

    /// <summary>The unknowns that have one value alone.</summary>
    private static HashSet<int> Solved(List<double[]> equations, int unknowns)
    {
        var row = 0;
        for (var column = 0; column < unknowns && row < equations.Count; column++)
        {
            var pivot = Enumerable.Range(row, equations.Count - row).MaxBy(i => Math.Abs(equations[i][column]));
            if (Math.Abs(equations[pivot][column]) < 1e-9)
            {
                continue;
            }

            (equations[row], equations[pivot]) = (equations[pivot], equations[row]);
            var lead = equations[row][column];
            equations[row] = [.. equations[row].Select(value => value / lead)];
            for (var i = 0; i < equations.Count; i++)
            {
                if (i != row && Math.Abs(equations[i][column]) > 1e-9)
                {
                    var times = equations[i][column];
                    equations[i] = [.. equations[i].Zip(equations[row], (value, other) => value - (times * other))];
                }
            }

            row++;
        }

        return [.. equations.Where(equation => equation.Count(value => Math.Abs(value) > 1e-9) == 1).Select(equation => Array.FindIndex(equation, value => Math.Abs(value) > 1e-9))];
    }

    /// <summary>The same organisations by two marks: many cells small, as of small places.</summary>
    private static (CountTable Left, CountTable Right) Tables(int seed, int lefts, int rights, int most)
    {
        var random = new Random(seed);
        var counts = new Dictionary<(int Left, int Right, int Grade), int>();
        for (var left = 0; left < lefts; left++)
        {
            for (var right = 0; right < rights; right++)
            {
                for (var grade = 0; grade < 2; grade++)
                {
                    counts[(left, right, grade)] = random.Next(3) == 0 ? random.Next(0, most / 2) : random.Next(0, 2);
                }
            }
        }

        CountTable By(Func<(int Left, int Right, int Grade), int> mark) => CountTable.Of(
            counts.Select(pair => ($"{mark(pair.Key)}", Grades[pair.Key.Grade], (long)pair.Value)), Grades);
        return (By(key => key.Left), By(key => key.Right));
    }
}
