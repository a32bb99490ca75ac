using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Searching.Kql;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// Writes a condition as SQL for files that have some of the columns. What cannot hold without a column is <see cref="False"/> at once, so
/// that files without a field are not even opened. NULL stands for "does not hold" everywhere but below NOT, where it is made false.
/// </summary>
internal sealed class KqlConditions(IReadOnlySet<IndexColumn> columns)
{
    public const string True = "true";
    public const string False = "false";

    public string Of(KqlNode node) => node switch
    {
        KqlAll => True,
        KqlAnd and => Join(and.Parts.Select(Of), " AND ", unit: True, zero: False),
        KqlOr or => Join(or.Parts.Select(Of), " OR ", unit: False, zero: True),
        KqlNot not => Not(Of(not.Part)),
        KqlExists exists => Has(exists.Field) is { } column ? $"{column.Quoted} IS NOT NULL" : False,
        KqlEquals equals => Has(equals.Field) is { } column ? Equal(column, equals.Value) : False,
        KqlWildcard wildcard => Has(wildcard.Field) is { } column ? Any(column, value => Like(value, wildcard.Parts)) : False,
        KqlRange range => Has(range.Field) is { } column ? Any(column, value => $"{value} {Sign(range.Comparison)} {Literal(column, range.Bound)}") : False,
        KqlNetwork network => Has(network.Field) is { } column ? Within(column, network.Network) : False,
        KqlWords words => Words(words),
        _ => throw new InvalidOperationException($"no SQL for {node.GetType().Name}"),
    };

    public static string And(params IEnumerable<string> parts) => Join(parts, " AND ", unit: True, zero: False);

    private static string Join(IEnumerable<string> parts, string sign, string unit, string zero)
    {
        var needed = parts.Where(part => part != unit).ToList();
        return needed.Contains(zero) ? zero
            : needed.Count == 0 ? unit
            : needed.Count == 1 ? needed[0]
            : "(" + string.Join(sign, needed) + ")";
    }

    private static string Not(string part) => part switch
    {
        True => False,
        False => True,
        _ => $"NOT coalesce({part}, false)",
    };

    private static string Equal(IndexColumn column, KqlValue value) => column.Form == ColumnForm.List
        ? $"contains({column.Quoted}, {SqlText.Of(ValueList.Entry(value.Text!))})"
        : $"{column.Quoted} = {Literal(column, value)}";

    /// <summary>The predicate holds for the value, or for one of the list.</summary>
    private static string Any(IndexColumn column, Func<string, string> predicate) => column.Form == ColumnForm.List
        ? $"len(list_filter({ValueList.SplitSql(column.Quoted)}, lambda v: {predicate(ValueList.UnescapeSql("v"))})) > 0"
        : $"({predicate(column.Quoted)})";

    private static string Like(string value, IReadOnlyList<string> parts)
    {
        if (parts.All(part => part.AsSpan().IndexOfAny('%', '_') < 0))
        {
            return $"{value} LIKE {SqlText.Of(string.Join('%', parts))}";
        }

        // LIKE with an ESCAPE goes back and forth without bound, and no cancellation reaches it; this is linear in the text.
        return $"regexp_full_match({value}, {SqlText.Of(string.Join(".*", parts.Select(Literally)))}, 's')";
    }

    /// <summary>A pattern that only the text itself matches.</summary>
    private static string Literally(string text) =>
        string.Concat(text.Select(c => char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c) && !char.IsControl(c) ? $@"\{c}" : c.ToString()));

    private static string Within(IndexColumn column, System.Net.IPNetwork network)
    {
        var low = network.BaseAddress.MapToIPv6().GetAddressBytes();
        var high = low.ToArray();
        var bits = network.PrefixLength + (network.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 96 : 0);
        for (var bit = bits; bit < 128; bit++)
        {
            high[bit / 8] |= (byte)(0x80 >> (bit % 8));
        }

        return $"{column.Quoted} BETWEEN {SqlText.Of(Convert.ToHexStringLower(low))} AND {SqlText.Of(Convert.ToHexStringLower(high))}";
    }

    private string Words(KqlWords words)
    {
        var phrase = SqlText.Of(WordText.Phrase(words.Words, words.LastIsPrefix));
        IEnumerable<IndexColumn> places = words.Field is { } field ? [IndexColumns.Of(field)!]
            : WordText.HasHan(words.Words) ? [.. IndexColumns.TextWords, IndexColumns.HanWords]
            : [.. IndexColumns.TextWords, IndexColumns.HanWords, IndexColumns.OtherWords];
        return Join(places.Where(columns.Contains).Select(column => $"contains({column.Quoted}, {phrase})"), " OR ", unit: False, zero: True);
    }

    private static string Literal(IndexColumn column, KqlValue value) => column.Form switch
    {
        ColumnForm.Number => SqlText.Of(value.Number!.Value),
        ColumnForm.Time => SqlText.Of(value.Time!.Value.ToUnixTimeMilliseconds()),
        ColumnForm.Real => SqlText.Of(value.Real!.Value),
        ColumnForm.Truth => SqlText.Of(value.Truth!.Value),
        ColumnForm.Address => SqlText.Of(IndexColumns.Hex(value.Address!)),
        _ => SqlText.Of(value.Text!),
    };

    private static string Sign(KqlComparison comparison) => comparison switch
    {
        KqlComparison.Less => "<",
        KqlComparison.LessOrEqual => "<=",
        KqlComparison.Greater => ">",
        _ => ">=",
    };

    private IndexColumn? Has(EventField field) => IndexColumns.Of(field) is { } column && columns.Contains(column) ? column : null;
}
