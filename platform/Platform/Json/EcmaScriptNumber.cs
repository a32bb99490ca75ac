using System.Globalization;

namespace Backbone.Platform.Json;

/// <summary>Numbers as ECMAScript writes them (Number::toString, radix 10), which is the canonical form of RFC 8785 3.2.2.3.</summary>
internal static class EcmaScriptNumber
{
    /// <exception cref="ArgumentException">Not a number, or infinite: JSON has neither.</exception>
    public static string Format(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentException($"a number of JSON is finite, is {value.ToString(CultureInfo.InvariantCulture)}");
        }

        if (value == 0)
        {
            return "0";
        }

        // .NET's shortest round-trip form has the same digits; only where the point stands differs.
        var (digits, point) = Shortest(Math.Abs(value));
        var sign = value < 0 ? "-" : "";
        if (digits.Length <= point && point <= 21)
        {
            return sign + digits.PadRight(point, '0');
        }

        if (point is > 0 and <= 21)
        {
            return $"{sign}{digits[..point]}.{digits[point..]}";
        }

        if (point is > -6 and <= 0)
        {
            return $"{sign}0.{new string('0', -point)}{digits}";
        }

        var exponent = point - 1;
        var fraction = digits.Length == 1 ? "" : "." + digits[1..];
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? "-" : "+")}{Math.Abs(exponent)}");
    }

    /// <summary>The fewest digits that read back, and how many of them stand before the point (ECMAScript's k digits and n).</summary>
    private static (string Digits, int Point) Shortest(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var e = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = e < 0 ? 0 : int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = e < 0 ? text : text[..e];
        var dot = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = dot < 0 ? mantissa.Length : dot;
        var all = mantissa.Replace(".", "", StringComparison.Ordinal);
        var leading = all.Length - all.TrimStart('0').Length;
        return (all.Trim('0'), whole + exponent - leading);
    }
}
