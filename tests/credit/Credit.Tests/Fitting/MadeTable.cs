using System.Globalization;
using Backbone.Credit.Fitting;

namespace Backbone.Credit.Tests.Fitting;

/// <summary>
/// A table by chance, the same for the same number: risk falls along the first column, is least in the middle of the second, and is greater where
/// the third has no value; the fourth says nothing and is one number throughout now and then.
/// </summary>
internal sealed class MadeTable
{
    private readonly SeededSequence chance;

    public MadeTable(int seed, int rows)
    {
        chance = new SeededSequence((ulong)(uint)seed);
        Bad = new bool[rows];
        Cells = new string[rows][];
        var (wide, constant) = (1 + chance.Below(100_000), chance.Below(4) == 0);
        for (var row = 0; row < rows; row++)
        {
            var (first, second, absent) = (chance.Below(1000), chance.Below(1000), chance.Below(8) == 0);
            var risk = 250 - (first / 4) + (Math.Abs(second - 500) / 2) + (absent ? 250 : 0);
            Bad[row] = chance.Below(1000) < risk;
            Cells[row] =
            [
                Text((first - 500) * wide), Text(second / 10 * 10), absent ? "?" : Text(chance.Below(5)), constant ? "7" : chance.Below(3) == 0 ? "0" : Text(chance.Below(wide)),
            ];
        }
    }

    public static IReadOnlyList<string> Names => ["falls", "turns", "now and then", "says nothing"];

    public bool[] Bad { get; }

    public string[][] Cells { get; }

    public string Csv => string.Join(",", Names) + ",outcome\n" + string.Concat(Cells.Select((cells, row) => $"{string.Join(",", cells)},{(Bad[row] ? 1 : 0)}\n"));

    public EntityTable Table => new(
        Names,
        [.. Names.Select((_, column) => Cells.Select(cells => cells[column] == "?" ? EntityTable.Missing : (long)(decimal.Parse(cells[column], CultureInfo.InvariantCulture) * EntityTable.Unit)).ToArray())],
        Bad);

    private static string Text(int thousandths) => (thousandths / 1000m).ToString(CultureInfo.InvariantCulture);
}
