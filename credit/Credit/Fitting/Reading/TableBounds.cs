namespace Backbone.Credit.Fitting.Reading;

/// <summary>Bounds of a table that a card is fitted to.</summary>
internal static class TableBounds
{
    /// <summary>Largest file, in bytes.</summary>
    public const long LargestFile = 1L << 30;

    /// <summary>Most columns, the outcome among them.</summary>
    public const int MostColumns = 1024;

    /// <summary>Most rows.</summary>
    public const int MostRows = 1_000_000;

    /// <summary>Most cells: eight bytes of memory each.</summary>
    public const long MostCells = 100_000_000;

    /// <summary>Longest cell or name of a column, in characters.</summary>
    public const int LongestCell = 500;

    /// <summary>Fewest rows: below, nothing can be held out that says anything.</summary>
    public const int FewestRows = 200;

    /// <summary>Fewest rows of either outcome.</summary>
    public const int FewestOfOutcome = 20;
}
