using System.Collections.Immutable;
using System.Globalization;
using Backbone.Audit.Contracts.Fields;

namespace Backbone.Audit.Searching.Kql;

/// <summary>
/// The part of the Kibana query language this log knows: <c>field:value</c>, <c>field:"a phrase"</c>, <c>field:val*</c>, <c>field:*</c>,
/// <c>field:(a or b)</c>, <c>field &gt;= value</c>, free words and phrases, <c>and</c>, <c>or</c>, <c>not</c>, parentheses. "and" binds
/// closer than "or". Conditions side by side are joined by "and". A value with a space in it needs quotation marks. A backslash takes the
/// meaning from the sign after it.
/// </summary>
internal sealed class KqlParser
{
    /// <summary>UTF-16 units.</summary>
    public const int LongestQuery = 2_000;

    public const int MostConditions = 100;

    /// <summary>Of parentheses and negations.</summary>
    public const int DeepestNesting = 20;

    /// <summary>
    /// Of "and", "or" and "not" inside each other, however they were written. Elasticsearch refuses more than 20 in some versions, 30 in others
    /// (indices.query.bool.max_nested_depth), and up to three are put around the query.
    /// </summary>
    public const int MostLevels = 15;

    private readonly IReadOnlyList<KqlToken> tokens;
    private readonly KqlValues values;
    private int at;
    private int conditions;
    private int depth;

    private KqlParser(string query, KqlValues values)
    {
        tokens = KqlTokens.Of(query);
        this.values = values;
    }

    private KqlToken Next => tokens[at];

    /// <param name="query">At most <see cref="LongestQuery"/> characters; white space alone means every event.</param>
    /// <param name="now">What "now" means in dates.</param>
    /// <param name="zone">The reader's zone, for dates written without one.</param>
    /// <returns>The condition, or what is wrong with the query.</returns>
    public static (KqlNode? Node, KqlFault? Fault) Parse(string query, DateTimeOffset now, TimeSpan zone)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Length > LongestQuery)
        {
            return (null, new KqlFault(LongestQuery, query.Length - LongestQuery, KqlError.TooLong, query.Length.ToString(CultureInfo.InvariantCulture)));
        }

        try
        {
            var parser = new KqlParser(query, new KqlValues(now, zone));
            return (parser.Whole(), null);
        }
        catch (KqlException found)
        {
            return (null, found.Fault);
        }
    }

    private KqlNode Whole()
    {
        if (Next.Sign == KqlSign.End)
        {
            return new KqlAll();
        }

        var node = Either(inField: null);
        return Next.Sign != KqlSign.End ? throw Unexpected(Next)
            : Levels(node) <= MostLevels ? node
            : throw new KqlException(new KqlFault(0, Next.Position, KqlError.TooComplex, ""));
    }

    private static int Levels(KqlNode node) => node switch
    {
        KqlAnd and => 1 + and.Parts.Max(Levels),
        KqlOr or => 1 + or.Parts.Max(Levels),
        KqlNot not => 1 + Levels(not.Part),
        _ => 0,
    };

    private KqlNode Either(EventField? inField)
    {
        var parts = ImmutableArray.CreateBuilder<KqlNode>();
        parts.Add(Both(inField));
        while (Next.Sign == KqlSign.Or)
        {
            at++;
            parts.Add(Both(inField));
        }

        return parts.Count == 1 ? parts[0] : new KqlOr(parts.ToImmutable());
    }

    private KqlNode Both(EventField? inField)
    {
        var parts = ImmutableArray.CreateBuilder<KqlNode>();
        parts.Add(One(inField));
        while (true)
        {
            if (Next.Sign == KqlSign.And)
            {
                at++;
            }
            else if (Next.Sign is not (KqlSign.Word or KqlSign.Phrase or KqlSign.Open or KqlSign.Not))
            {
                break;
            }

            parts.Add(One(inField));
        }

        return parts.Count == 1 ? parts[0] : new KqlAnd(parts.ToImmutable());
    }

    private KqlNode One(EventField? inField)
    {
        var token = Next;
        if (++conditions > MostConditions || depth > DeepestNesting)
        {
            throw new KqlException(new KqlFault(token.Position, token.Length, KqlError.TooComplex, token.Text));
        }

        at++;
        switch (token.Sign)
        {
            case KqlSign.Not:
                depth++;
                var negated = One(inField);
                depth--;
                return new KqlNot(negated);
            case KqlSign.Open:
                return Inside(token, inField);
            case KqlSign.Word or KqlSign.Phrase when inField is not null:
                return values.Compare(inField, token);
            case KqlSign.Word or KqlSign.Phrase:
                return NamedOrFree(token);
            case KqlSign.End:
                throw new KqlException(new KqlFault(token.Position, 1, KqlError.MissingCondition, ""));
            default:
                at--;
                throw Unexpected(token);
        }
    }

    private KqlNode Inside(KqlToken open, EventField? inField)
    {
        depth++;
        var inner = Either(inField);
        depth--;
        if (Next.Sign != KqlSign.Close)
        {
            throw Next.Sign == KqlSign.End ? new KqlException(new KqlFault(open.Position, 1, KqlError.OpenParenthesis, "(")) : Unexpected(Next);
        }

        at++;
        return inner;
    }

    private KqlNode NamedOrFree(KqlToken token)
    {
        switch (Next.Sign)
        {
            case KqlSign.Colon:
                at++;
                return Valued(KqlValues.FieldOf(token));
            case KqlSign.Less or KqlSign.LessOrEqual or KqlSign.Greater or KqlSign.GreaterOrEqual:
                var comparison = Next.Sign switch
                {
                    KqlSign.Less => KqlComparison.Less,
                    KqlSign.LessOrEqual => KqlComparison.LessOrEqual,
                    KqlSign.Greater => KqlComparison.Greater,
                    _ => KqlComparison.GreaterOrEqual,
                };
                var sign = Next;
                at++;
                return values.Bound(KqlValues.FieldOf(token), comparison, sign, Value());
            default:
                return KqlValues.Free(token);
        }
    }

    private KqlNode Valued(EventField field)
    {
        if (Next.Sign != KqlSign.Open)
        {
            return values.Compare(field, Value());
        }

        var open = Next;
        at++;
        return Inside(open, field);
    }

    private KqlToken Value()
    {
        var token = Next;
        if (token.Sign is not (KqlSign.Word or KqlSign.Phrase))
        {
            throw token.Sign == KqlSign.End
                ? new KqlException(new KqlFault(token.Position, 1, KqlError.MissingCondition, ""))
                : Unexpected(token);
        }

        at++;
        return token;
    }

    private static KqlException Unexpected(KqlToken token) => new(new KqlFault(token.Position, token.Length, KqlError.UnexpectedToken, token.Sign switch
    {
        KqlSign.Open => "(",
        KqlSign.Close => ")",
        KqlSign.Colon => ":",
        KqlSign.Less => "<",
        KqlSign.LessOrEqual => "<=",
        KqlSign.Greater => ">",
        KqlSign.GreaterOrEqual => ">=",
        _ => token.Text,
    }));
}
