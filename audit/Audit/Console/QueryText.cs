using System.Globalization;
using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Searching.Kql;

namespace Backbone.Audit.Console;

/// <summary>Queries written by the pages: a condition more, and what a query asked for in words that may stand in the log.</summary>
internal static class QueryText
{
    /// <summary>The query narrowed to events whose field has this value, or has not.</summary>
    public static string With(string query, string field, string value, bool not = false)
    {
        var condition = $"{(not ? "not " : "")}{field}:{Quoted(value)}";
        if (string.IsNullOrWhiteSpace(query))
        {
            return condition;
        }

        // "and" binds closer than "or": only a whole that is joined by "or" needs parentheses. A backslash at the end stands for itself only
        // there; with more behind it, it would take the meaning from the next sign.
        var (node, _) = KqlParser.Parse(query, DateTimeOffset.UnixEpoch, TimeSpan.Zero);
        var whole = (query.Length - query.TrimEnd('\\').Length) % 2 == 1 ? query + '\\' : query;
        return node is KqlOr ? $"({whole}) and {condition}" : $"{whole} and {condition}";
    }

    /// <summary>
    /// What was asked, for the event that says so, which nobody can take back: fields, and values that are about nobody, as they were written.
    /// Only by its length stands here what may be somebody's name, or what a person is known by wherever it was typed: free words, values of
    /// personal fields that are neither a UUID nor a commitment, and any value with a number or address of a person in it.
    /// </summary>
    public static string Described(KqlNode node) => node switch
    {
        KqlAll => "*",
        KqlAnd and => $"({string.Join(" and ", and.Parts.Select(Described))})",
        KqlOr or => $"({string.Join(" or ", or.Parts.Select(Described))})",
        KqlNot not => $"not {Described(not.Part)}",
        KqlExists exists => $"{exists.Field.Name}:*",
        KqlEquals equals => $"{equals.Field.Name}:{Value(equals.Field, Text(equals.Value), isPart: false)}",
        KqlWildcard wildcard => $"{wildcard.Field.Name}:{Value(wildcard.Field, string.Join('*', wildcard.Parts), isPart: true)}",
        KqlRange { Bound.Time: not null } range => $"{range.Field.Name} {Sign(range.Comparison)} {Quoted(Text(range.Bound))}",
        KqlRange range => $"{range.Field.Name} {Sign(range.Comparison)} {Value(range.Field, Text(range.Bound), isPart: true)}",
        KqlNetwork network => $"{network.Field.Name}:{network.Network}",
        KqlWords words => $"{(words.Field is null ? "" : words.Field.Name + ":")}{Hidden(words.Words.Sum(word => word.Length))}",
        _ => throw new ArgumentException($"unknown condition {node.GetType().Name}", nameof(node)),
    };

    private static string Value(EventField field, string value, bool isPart) =>
        PersonalSearch.MayBeTold(field, value, isPart) ? Quoted(value) : Hidden(value.Length);

    private static string Text(KqlValue value) =>
        value.Text ?? value.Address?.ToString()
        ?? value.Time?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
        ?? value.Number?.ToString(CultureInfo.InvariantCulture) ?? value.Real?.ToString(CultureInfo.InvariantCulture)
        ?? (value.Truth == true ? "true" : "false");

    private static string Sign(KqlComparison comparison) => comparison switch
    {
        KqlComparison.Less => "<",
        KqlComparison.LessOrEqual => "<=",
        KqlComparison.Greater => ">",
        _ => ">=",
    };

    private static string Hidden(int length) => $"({length} characters)";

    private static string Quoted(string value) =>
        "\"" + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
}
