using System.Globalization;

namespace Backbone.Audit.Log.Tiles;

/// <summary>How a tile's number is spelt: groups of three digits, all but the last prefixed by x (1234067 is x001/x234/067).</summary>
public static class TilePath
{
    private const string Partial = ".p/";

    /// <summary>The part of a path after the level.</summary>
    public static string Of(long index, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, Tile.FullWidth);
        var path = (index % 1000).ToString("D3", CultureInfo.InvariantCulture);
        for (var rest = index / 1000; rest > 0; rest /= 1000)
        {
            path = string.Create(CultureInfo.InvariantCulture, $"x{rest % 1000:D3}/{path}");
        }

        return width == Tile.FullWidth ? path : string.Create(CultureInfo.InvariantCulture, $"{path}{Partial}{width}");
    }

    public static bool TryParse(string path, out long index, out int width)
    {
        index = 0;
        width = Tile.FullWidth;
        var number = path;
        var cut = path.IndexOf(Partial, StringComparison.Ordinal);
        if (cut >= 0)
        {
            number = path[..cut];
            if (!int.TryParse(path.AsSpan(cut + Partial.Length), NumberStyles.None, CultureInfo.InvariantCulture, out width)
                || width is < 1 or >= Tile.FullWidth)
            {
                return false;
            }
        }

        // 2^63 has 19 digits: seven groups. What is longer, zero-padded or otherwise odd fails where the spelling is compared.
        foreach (var group in number.Split('/'))
        {
            var digits = group.TrimStart('x');
            if (digits.Length != 3 || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                || index > (long.MaxValue - value) / 1000)
            {
                return false;
            }

            index = index * 1000 + value;
        }

        return Of(index, width) == path;
    }
}
