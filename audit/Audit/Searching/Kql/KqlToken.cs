using System.Text;

namespace Backbone.Audit.Searching.Kql;

internal enum KqlSign
{
    End,
    Word,
    Phrase,
    Open,
    Close,
    Colon,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
    Not,
}

/// <summary>One token; <paramref name="Parts"/> are the pieces of a word between its unescaped asterisks, one piece if there is none.</summary>
internal readonly record struct KqlToken(KqlSign Sign, int Position, int Length, IReadOnlyList<string> Parts)
{
    public string Text => string.Join('*', Parts);

    public bool HasWildcard => Parts.Count > 1;
}

/// <summary>
/// Cuts a query into tokens. A word ends at white space and at the signs; a backslash takes the meaning from what follows it. A value
/// right after a field's sign may hold colons, as times and IPv6 addresses do.
/// </summary>
internal static class KqlTokens
{
    private const string Signs = "()<>:\"";
    private const string SignsInValues = "()<>\"";

    public static IReadOnlyList<KqlToken> Of(string query)
    {
        var tokens = new List<KqlToken>();
        var at = 0;
        while (at < query.Length)
        {
            if (char.IsWhiteSpace(query[at]))
            {
                at++;
                continue;
            }

            var token = query[at] switch
            {
                '(' => Sign(KqlSign.Open, at, 1),
                ')' => Sign(KqlSign.Close, at, 1),
                ':' => Sign(KqlSign.Colon, at, 1),
                '<' => Follows(query, at, '=') ? Sign(KqlSign.LessOrEqual, at, 2) : Sign(KqlSign.Less, at, 1),
                '>' => Follows(query, at, '=') ? Sign(KqlSign.GreaterOrEqual, at, 2) : Sign(KqlSign.Greater, at, 1),
                '"' => Phrase(query, at),
                _ => Word(query, at, tokens.Count > 0 && TakesValue(tokens[^1].Sign) ? SignsInValues : Signs),
            };
            tokens.Add(token);
            at += token.Length;
        }

        tokens.Add(Sign(KqlSign.End, query.Length, 1));
        return tokens;
    }

    private static bool Follows(string query, int at, char sign) => at + 1 < query.Length && query[at + 1] == sign;

    private static KqlToken Sign(KqlSign sign, int at, int length) => new(sign, at, length, []);

    private static KqlToken Phrase(string query, int start)
    {
        var text = new StringBuilder();
        for (var at = start + 1; at < query.Length; at++)
        {
            if (query[at] == '"')
            {
                return new KqlToken(KqlSign.Phrase, start, at + 1 - start, [text.ToString()]);
            }

            if (query[at] == '\\' && at + 1 < query.Length)
            {
                at++;
            }

            text.Append(query[at]);
        }

        throw new KqlException(new KqlFault(start, 1, KqlError.OpenQuote, "\""));
    }

    private static bool TakesValue(KqlSign sign) =>
        sign is KqlSign.Colon or KqlSign.Less or KqlSign.LessOrEqual or KqlSign.Greater or KqlSign.GreaterOrEqual;

    private static KqlToken Word(string query, int start, string signs)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        var at = start;
        for (; at < query.Length && !char.IsWhiteSpace(query[at]) && !signs.Contains(query[at], StringComparison.Ordinal); at++)
        {
            if (query[at] == '*')
            {
                parts.Add(part.ToString());
                part.Clear();
                continue;
            }

            if (query[at] == '\\' && at + 1 < query.Length)
            {
                at++;
            }

            part.Append(query[at]);
        }

        parts.Add(part.ToString());
        var written = query[start..at];
        var sign = written.Equals("and", StringComparison.OrdinalIgnoreCase) ? KqlSign.And
            : written.Equals("or", StringComparison.OrdinalIgnoreCase) ? KqlSign.Or
            : written.Equals("not", StringComparison.OrdinalIgnoreCase) ? KqlSign.Not
            : KqlSign.Word;
        return new KqlToken(sign, start, at - start, parts);
    }
}

/// <summary>Leaves the parser at the first fault; never leaves <see cref="KqlParser"/>.</summary>
#pragma warning disable CA1032 // It always carries a fault.
internal sealed class KqlException(KqlFault fault) : Exception
#pragma warning restore CA1032
{
    public KqlFault Fault => fault;
}
