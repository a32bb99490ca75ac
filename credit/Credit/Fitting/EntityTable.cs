namespace Backbone.Credit.Fitting;

/// <summary>
/// Entities of the past and what became of each, in columns. Values are whole numbers from the beginning, as the kernel will read them, so that
/// no bound of a band can fall differently when a pack is fitted and when it scores.
/// </summary>
/// <param name="columns">Names as they stand in the file, in its order, without the outcome.</param>
/// <param name="quantities">By column and row: the value times <see cref="Unit"/>, or <see cref="Missing"/>.</param>
/// <param name="bad">By row: whether the outcome came that a score shall warn of.</param>
internal sealed class EntityTable(IReadOnlyList<string> columns, long[][] quantities, bool[] bad)
{
    /// <summary>A quantity counts millionths of the column's own unit.</summary>
    public const int Unit = 1_000_000;

    /// <summary>The file has no value there.</summary>
    public const long Missing = long.MinValue;

    public IReadOnlyList<string> Columns => columns;

    public bool[] Bad => bad;

    public int Rows => bad.Length;

    public long[] Column(int index) => quantities[index];

    public int CountBad() => bad.Count(one => one);
}
