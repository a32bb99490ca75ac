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

        // "and" binds closer than "or": only a whole that is joined by "or" needs parentheses.
        var (node, _) = KqlParser.Parse(query, DateTimeOffset.UnixEpoch, TimeSpan.Zero);
        return node is KqlOr ? $"({query}) and {condition}" : $"{query} and {condition}";
    }

    /// <summary>
    /// What was asked, for the event that says so: fields and ids as they were written; free words and the values of personal or free-text
    /// fields only by their length, since they may be somebody's name.
    /// </summary>
    public static string Described(KqlNode node) => node switch
    {
        KqlAll => "*",
        KqlAnd and => $"({string.Join(" and ", and.Parts.Select(Described))})",
        KqlOr or => $"({string.Join(" or ", or.Parts.Select(Described))})",
        KqlNot not => $"not {Described(not.Part)}",
        KqlExists exists => $"{exists.Field.Name}:*",
        KqlEquals equals => $"{equals.Field.Name}:{Value(equals.Field, Text(equals.Value))}",
        KqlWildcard wildcard => $"{wildcard.Field.Name}:{Value(wildcard.Field, string.Join('*', wildcard.Parts))}",
        KqlRange range => $"{range.Field.Name} {Sign(range.Comparison)} {Value(range.Field, Text(range.Bound))}",
        KqlNetwork network => $"{network.Field.Name}:{network.Network}",
        KqlWords words => $"{(words.Field is null ? "" : words.Field.Name + ":")}{Hidden(words.Words.Sum(word => word.Length))}",
        _ => throw new ArgumentException($"unknown condition {node.GetType().Name}", nameof(node)),
    };

    private static string Value(EventField field, string value) =>
        field.Privacy == Contracts.Fields.Privacy.Clear || value.StartsWith("hmac:", StringComparison.Ordinal) ? Quoted(value) : Hidden(value.Length);

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
