using System.Text;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// Several values in one text: a unit separator (U+001F) before, between and after them; U+001E and U+001F in values are written as U+001E
/// and a digit. Each value once, in the order they came.
/// </summary>
internal static class ValueList
{
    private const char Separator = '\u001f';
    private const char Escape = '\u001e';

    /// <summary>SQL: the values of a column, each still escaped.</summary>
    public static string SplitSql(string column) => $"string_split({column}, chr(31))[2:-2]";

    /// <summary>SQL: a value without its escapes.</summary>
    public static string UnescapeSql(string value) => $"replace(replace({value}, chr(30) || '1', chr(31)), chr(30) || '0', chr(30))";

    /// <summary>What a column that has the value contains.</summary>
    public static string Entry(string value) => Separator + Escaped(value) + Separator;

    public static IEnumerable<string> Split(string joined) => joined[1..^1].Split(Separator).Select(Unescaped);

    public static string Escaped(string value) => value
        .Replace("\u001e", "\u001e0", StringComparison.Ordinal).Replace("\u001f", "\u001e1", StringComparison.Ordinal);

    private static string Unescaped(string value) => value.Contains(Escape, StringComparison.Ordinal)
        ? value.Replace("\u001e1", "\u001f", StringComparison.Ordinal).Replace("\u001e0", "\u001e", StringComparison.Ordinal)
        : value;
}

/// <summary>Joins values; one owner, used again.</summary>
internal sealed class ValueListWriter
{
    private readonly Utf8Text joined = new();

    /// <summary>Empty when there is none; valid until the next list.</summary>
    public ReadOnlySpan<byte> Joined => joined.Span;

    public void Begin() => joined.Clear();

    public void Add(ReadOnlySpan<byte> value)
    {
        if (value.ContainsAny((byte)0x1e, (byte)0x1f))
        {
            AddEscaped(Encoding.UTF8.GetBytes(ValueList.Escaped(Encoding.UTF8.GetString(value))));
        }
        else
        {
            AddEscaped(value);
        }
    }

    private void AddEscaped(ReadOnlySpan<byte> value)
    {
        for (var rest = joined.Span; rest.Length > 1;)
        {
            var end = rest[1..].IndexOf((byte)0x1f) + 1;
            if (rest[1..end].SequenceEqual(value))
            {
                return;
            }

            rest = rest[end..];
        }

        if (joined.Length == 0)
        {
            joined.Add(0x1f);
        }

        joined.Add(value);
        joined.Add(0x1f);
    }
}
