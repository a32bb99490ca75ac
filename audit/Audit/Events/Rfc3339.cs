using System.Globalization;

namespace Backbone.Audit.Events;

/// <summary>Times as RFC 3339 writes them: with an offset, with any number of decimals (kept to 100 ns), without leap seconds.</summary>
internal static class Rfc3339
{
    private const int WholeSeconds = 19;
    private const int Decimals = 7;

    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length is < WholeSeconds + 1 or > 64
            || !DateTime.TryParseExact(
                text.AsSpan(0, WholeSeconds), ["yyyy-MM-ddTHH:mm:ss", "yyyy-MM-dd't'HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var whole))
        {
            return false;
        }

        var rest = text.AsSpan(WholeSeconds);
        var ticks = 0L;
        if (rest[0] == '.')
        {
            var digits = rest[1..].IndexOfAnyExceptInRange('0', '9');
            if (digits < 1)
            {
                return false;
            }

            var kept = rest.Slice(1, Math.Min(digits, Decimals));
            ticks = long.Parse(kept, CultureInfo.InvariantCulture) * (long)Math.Pow(10, Decimals - kept.Length);
            rest = rest[(1 + digits)..];
        }

        if (Offset(rest) is not { } offset || whole.Ticks + ticks < offset.Ticks || whole.Ticks + ticks - offset.Ticks > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        time = new DateTimeOffset(whole.Ticks + ticks - offset.Ticks, TimeSpan.Zero);
        return true;
    }

    private static TimeSpan? Offset(ReadOnlySpan<char> text)
    {
        if (text is "Z" or "z")
        {
            return TimeSpan.Zero;
        }

        return text is [('+' or '-') and var sign, _, _, ':', _, _]
            && int.TryParse(text.Slice(1, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var hours) && hours <= 23
            && int.TryParse(text.Slice(4, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) && minutes <= 59
                ? new TimeSpan(hours, minutes, 0) * (sign == '-' ? -1 : 1)
                : null;
    }
}
