using System.Globalization;

namespace Backbone.Audit.Log.Segments;

/// <summary>A segment is named by the index of its first record, 20 digits, so that the order of names is the order of records.</summary>
public static class SegmentName
{
    public const string Extension = ".seg";

    public static string Of(long firstIndex)
    {
        return firstIndex.ToString("D20", CultureInfo.InvariantCulture) + Extension;
    }

    public static bool TryParse(string name, out long firstIndex)
    {
        firstIndex = -1;
        return name.Length == 20 + Extension.Length
            && name.EndsWith(Extension, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(0, 20), NumberStyles.None, CultureInfo.InvariantCulture, out firstIndex);
    }
}
