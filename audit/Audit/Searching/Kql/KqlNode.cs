using System.Collections.Immutable;
using System.Net;
using Backbone.Audit.Contracts.Fields;

namespace Backbone.Audit.Searching.Kql;

/// <summary>
/// A condition on events, parsed once and translated by each store. Fields are known and values have their field's type: whatever can be
/// wrong with a query has been said by the parser.
/// </summary>
public abstract record KqlNode;

/// <summary>Every event.</summary>
public sealed record KqlAll : KqlNode;

/// <summary>All of them; at least two.</summary>
public sealed record KqlAnd(ImmutableArray<KqlNode> Parts) : KqlNode;

/// <summary>Any of them; at least two.</summary>
public sealed record KqlOr(ImmutableArray<KqlNode> Parts) : KqlNode;

public sealed record KqlNot(KqlNode Part) : KqlNode;

/// <summary>The field has any value.</summary>
public sealed record KqlExists(EventField Field) : KqlNode;

/// <summary>One of the field's values equals this one. Keywords compare byte by byte, as they stand.</summary>
public sealed record KqlEquals(EventField Field, KqlValue Value) : KqlNode;

/// <summary>
/// One of the keyword's values has these parts in this order, anything between them: <c>a*b</c> is ["a", "b"], <c>*b</c> is ["", "b"].
/// At least two parts, at least one not empty.
/// </summary>
public sealed record KqlWildcard(EventField Field, ImmutableArray<string> Parts) : KqlNode;

/// <summary>One of the field's values lies on that side of the bound. For dates, numbers and keywords (ordinal).</summary>
public sealed record KqlRange(EventField Field, KqlComparison Comparison, KqlValue Bound) : KqlNode;

/// <summary>An address lies in the network.</summary>
public sealed record KqlNetwork(EventField Field, IPNetwork Network) : KqlNode;

/// <summary>
/// These words stand one after the other in one text of the event (<see cref="SearchText"/>), whatever their case.
/// </summary>
/// <param name="Field">A text field to look in; null: in any value of the event.</param>
/// <param name="Words">At least one, as <see cref="SearchText.Words"/> gives them.</param>
/// <param name="LastIsPrefix">The last word may go on.</param>
public sealed record KqlWords(EventField? Field, ImmutableArray<string> Words, bool LastIsPrefix = false) : KqlNode
{
    /// <summary>What the words were made of, as it was typed: numbers and addresses of persons are recognised in it.</summary>
    public string? Raw { get; init; }
}

public enum KqlComparison
{
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary>A value in its field's type; exactly one property is set.</summary>
public readonly record struct KqlValue
{
    public string? Text { get; init; }

    public long? Number { get; init; }

    public double? Real { get; init; }

    public bool? Truth { get; init; }

    public DateTimeOffset? Time { get; init; }

    public IPAddress? Address { get; init; }
}

/// <summary>What is wrong with a query, and where.</summary>
/// <param name="Position">Of the first character that is wrong, from 0.</param>
/// <param name="Length">How many characters, at least 1; at the end of the query the position is its length.</param>
/// <param name="Error">What is wrong.</param>
/// <param name="Token">The words the error is about: a name, a value, a sign.</param>
public sealed record KqlFault(int Position, int Length, KqlError Error, string Token);

public enum KqlError
{
    /// <summary>Longer than <see cref="KqlParser.LongestQuery"/> characters; the token is the length.</summary>
    TooLong,

    /// <summary>More than <see cref="KqlParser.MostConditions"/> conditions, or deeper than <see cref="KqlParser.DeepestNesting"/> or <see cref="KqlParser.MostLevels"/>.</summary>
    TooComplex,

    /// <summary>A quotation mark without its partner.</summary>
    OpenQuote,

    /// <summary>A parenthesis without its partner.</summary>
    OpenParenthesis,

    /// <summary>Something stands where "and" or "or" or the end was expected.</summary>
    UnexpectedToken,

    /// <summary>A condition was expected.</summary>
    MissingCondition,

    /// <summary>No event has that field; the token may be followed by " → " and the nearest name.</summary>
    UnknownField,

    /// <summary>The field's type does not have such values.</summary>
    WrongValue,

    /// <summary>The field's type has no such comparison.</summary>
    WrongComparison,
}
