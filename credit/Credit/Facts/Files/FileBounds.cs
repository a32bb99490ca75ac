namespace Backbone.Credit.Facts.Files;

/// <summary>Bounds of a file of facts, whichever way it came.</summary>
internal static class FileBounds
{
    /// <summary>20 MiB, as it is sent.</summary>
    public const int MostBytes = 20 << 20;

    /// <summary>Rows below the headings.</summary>
    public const int MostRows = 200_000;

    /// <summary>Columns, those that are not read among them.</summary>
    public const int MostColumns = 100;

    /// <summary>Characters of a cell; what is read of it is bounded by its field.</summary>
    public const int LongestCell = 20_000;

    /// <summary>256 MiB: what a workbook may unpack to, whatever it says of itself.</summary>
    public const long MostUnpacked = 256L << 20;

    /// <summary>Files inside a workbook.</summary>
    public const int MostParts = 1000;

    /// <summary>64 Mi: what the texts that cells of a workbook share may come to, in characters and 32 for each text.</summary>
    public const int MostTexts = 64 << 20;
}
