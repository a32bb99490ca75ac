using System.Globalization;

namespace Backbone.Audit.Searching.Kql;

/// <summary>
/// Times as people write them: <c>2026-11</c>, <c>2026-11-25</c>, <c>2026-11-25T14:05</c>, with seconds, with a zone, or <c>now-15m</c>
/// (s, m, h, d, w). What is written coarsely stands for its whole span; without a zone it is the reader's.
/// </summary>
internal static class KqlTime
{
    private static readonly (string Format, Func<DateTimeOffset, DateTimeOffset> End)[] Spans =
    [
        ("yyyy-MM", start => start.AddMonths(1)),
        ("yyyy-MM-dd", start => start.AddDays(1)),
        ("yyyy-MM-dd'T'HH:mm", start => start.AddMinutes(1)),
        ("yyyy-MM-dd'T'HH:mm:ss", start => start.AddSeconds(1)),
        ("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", start => start),
    ];

    /// <summary>The span, its end exclusive; start and end are equal for an instant. Null when it is no time.</summary>
    public static (DateTimeOffset Start, DateTimeOffset End)? Parse(string text, DateTimeOffset now, TimeSpan zone)
    {
        if (text.StartsWith("now", StringComparison.OrdinalIgnoreCase))
        {
            return Relative(text.AsSpan(3), now) is { } time ? (time, time) : null;
        }

        foreach (var (format, end) in Spans)
        {
            if (DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            {
                // First the year: the first and last days there are cannot be moved to every zone.
                return IsKnown(local.Year) ? Span(new DateTimeOffset(local, zone), end) : null;
            }

            if (format.Contains('T', StringComparison.Ordinal)
                && DateTimeOffset.TryParseExact(text, format + "K", CultureInfo.InvariantCulture, DateTimeStyles.None, out var zoned))
            {
                return Span(zoned, end);
            }
        }

        return null;
    }

    private static (DateTimeOffset Start, DateTimeOffset End)? Span(DateTimeOffset start, Func<DateTimeOffset, DateTimeOffset> end) =>
        IsKnown(start.Year) ? (start.ToUniversalTime(), end(start).ToUniversalTime()) : null;

    private static bool IsKnown(int year) => year is >= 1970 and <= 9998;

    private static DateTimeOffset? Relative(ReadOnlySpan<char> text, DateTimeOffset now)
    {
        if (text.IsEmpty)
        {
            return now;
        }

        if (text.Length < 3 || text[0] is not ('-' or '+') || !int.TryParse(text[1..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count > 100_000)
        {
            return null;
        }

        TimeSpan? unit = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            'w' => TimeSpan.FromDays(7),
            _ => null,
        };
        return now + unit * count * (text[0] == '-' ? -1 : 1);
    }
}
