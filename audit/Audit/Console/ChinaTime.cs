using System.Globalization;

namespace Backbone.Audit.Console;

/// <summary>Times on the pages: China has had one zone and no summer time since 1991.</summary>
internal static class ChinaTime
{
    public const string InputFormat = "yyyy-MM-dd'T'HH:mm";
    public static readonly TimeSpan Offset = TimeSpan.FromHours(8);

    public static string Show(DateTimeOffset time)
    {
        return time.ToOffset(Offset).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }

    /// <summary>The value of a <c>datetime-local</c> input.</summary>
    public static string Input(DateTimeOffset time)
    {
        return time.ToOffset(Offset).ToString(InputFormat, CultureInfo.InvariantCulture);
    }

    /// <summary>Null unless it is a time of the years 1970 to 9998, so that adding to it and cutting it into bars stays within the calendar.</summary>
    public static DateTimeOffset? Parse(string text)
    {
        return DateTime.TryParseExact(text, InputFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) && local.Year is >= 1970 and <= 9998
            ? new DateTimeOffset(local, Offset)
            : null;
    }
}
