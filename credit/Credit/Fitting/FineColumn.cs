namespace Backbone.Credit.Fitting;

/// <summary>
/// A column cut into about fifty fine steps of equal size, of which bands are made later. A value that many rows share (often zero) has a step of
/// its own. Step 0 is no value.
/// </summary>
internal sealed class FineColumn
{
    /// <summary>Steps a column is cut into at most; a value that stands often may add a few.</summary>
    public const int Steps = 50;

    private readonly long[] from;

    private FineColumn(int column, long[] from, byte[] step)
    {
        Column = column;
        this.from = from;
        Step = step;
    }

    /// <summary>Its index in the table.</summary>
    public int Column { get; }

    /// <summary>By row of the training rows: 0 for no value, else 1 to <see cref="Count"/>.</summary>
    public byte[] Step { get; }

    /// <summary>How many steps there are; 0 when no row has a value.</summary>
    public int Count => from.Length;

    /// <summary>The smallest quantity of a step; null for the first, which has no lower bound.</summary>
    public long? From(int step) => step == 1 ? null : from[step - 1];

    public static FineColumn Cut(EntityTable table, int column, int[] rows)
    {
        var quantities = table.Column(column);
        var values = rows.Select(row => quantities[row]).Where(value => value != EntityTable.Missing).ToArray();
        Array.Sort(values);
        var from = new List<long>();
        var wanted = Math.Max(1, values.Length / Steps);
        var held = 0;
        for (var i = 0; i < values.Length;)
        {
            var next = i + 1;
            while (next < values.Length && values[next] == values[i])
            {
                next++;
            }

            if (held == 0 || held >= wanted || next - i >= wanted)
            {
                from.Add(i == 0 ? long.MinValue : ShortestBetween(values[i - 1], values[i]));
                held = 0;
            }

            held += next - i;
            i = next;
        }

        return new FineColumn(column, [.. from], CodesOf(quantities, rows, from));
    }

    /// <summary>The number with the fewest digits above <paramref name="low"/> and not above <paramref name="high"/>: bounds are read by people.</summary>
    internal static long ShortestBetween(long low, long high)
    {
        var middle = low + ((high - low) / 2);
        for (var unit = 1_000_000_000_000_000L; unit > 1; unit /= 10)
        {
            var near = (long)Math.Round(middle / (decimal)unit) * unit;
            var below = (long)Math.Floor(high / (decimal)unit) * unit;
            if (near > low && near <= high)
            {
                return near;
            }

            if (below > low)
            {
                return below;
            }
        }

        return middle + 1 > high ? high : middle + 1;
    }

    private static byte[] CodesOf(long[] quantities, int[] rows, List<long> from)
    {
        var codes = new byte[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            var value = quantities[rows[i]];
            if (value == EntityTable.Missing)
            {
                continue;
            }

            var found = from.BinarySearch(value);
            codes[i] = (byte)(found >= 0 ? found + 1 : ~found);
        }

        return codes;
    }
}
