using System.Collections.Immutable;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Time;
using Backbone.Platform;

namespace Backbone.Credit.Scoring.Packs;

/// <summary>The closed set of shapes a rule can have. Each is total, ends, and needs no code of the pack's author.</summary>
public enum RuleShape
{
    /// <summary>Points once when there is any such fact.</summary>
    Presence,

    /// <summary>Points for each fact, by class; or points by how many there are.</summary>
    Count,

    /// <summary>Points by the sum of the facts' quantities.</summary>
    Sum,

    /// <summary>Points for each fact, by class, less as it gets older.</summary>
    Recency,

    /// <summary>Points by facts of one kind for each ten thousand of another.</summary>
    Ratio,

    /// <summary>Points by the quantity or value of the newest fact; of several of one day, the least favourable.</summary>
    Table,
}

/// <summary>Which way facts of a rule can move the score; checked when a pack is built.</summary>
public enum Direction
{
    /// <summary>One more such fact never raises the score.</summary>
    Negative,

    /// <summary>One more such fact never lowers the score.</summary>
    Positive,

    /// <summary>A grade that replaces the one before it, up or down.</summary>
    Graded,
}

/// <summary>One rule of a pack.</summary>
/// <param name="Id">Lower-case letters, digits, dots and hyphens, at most 64.</param>
/// <param name="Select">The facts it looks at.</param>
/// <param name="Against">For a ratio: the facts it is measured against.</param>
/// <param name="Points">For presence, count and recency: points, by class where classes differ.</param>
/// <param name="Decay">For recency: the decay table's id.</param>
/// <param name="Bands">For count, sum, ratio and table: points by interval, ascending; the first has no lower bound.</param>
/// <param name="Absent">Points when there is no such fact.</param>
/// <param name="Floor">The rule never contributes less.</param>
/// <param name="Ceiling">The rule never contributes more.</param>
/// <param name="Group">The group it is bounded with; null for none.</param>
/// <param name="Purposes">The purposes it is relevant to; empty for all of the pack.</param>
/// <param name="Basis">Law, article, catalogue item.</param>
public sealed record Rule(
    string Id,
    Bilingual Title,
    RuleShape Shape,
    Direction Direction,
    Selection Select,
    Selection? Against,
    ImmutableDictionary<SeverityClass, Number> Points,
    string? Decay,
    ImmutableArray<Band> Bands,
    Number Absent,
    Number? Floor,
    Number? Ceiling,
    string? Group,
    ImmutableArray<string> Purposes,
    string Basis);

/// <summary>Facts by type, class and age.</summary>
/// <param name="Types">Codes of the catalogue of fact types, at least one.</param>
/// <param name="Classes">Empty for every class.</param>
/// <param name="Within">Only facts whose document is not older; null for any age.</param>
public sealed record Selection(ImmutableArray<string> Types, ImmutableArray<SeverityClass> Classes, CalendarPeriod? Within);

/// <summary>Points from a quantity upwards, until the next band.</summary>
/// <param name="From">Inclusive; null in the first band alone.</param>
public sealed record Band(Number? From, Number Points);
