using System.Collections.Immutable;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Packs;
using Backbone.Platform;

namespace Backbone.Credit.Scoring.Explaining;

/// <summary>A fact with the name by which an answer speaks of it.</summary>
/// <param name="Id">Its id in the store; the order of ids is the order of every list of an answer.</param>
public readonly record struct NamedFact(string Id, ScoredFact Fact);

/// <summary>
/// A score with everything that led to it. The contributions sum exactly to the points; what did not count stands there with why. It holds the
/// same bytes for the same facts, date, pack and purpose, in whatever order the facts came.
/// </summary>
/// <param name="NextChange">The first later day on which time alone can change the score; null for none.</param>
/// <param name="Contributions">Base first, then rules in the pack's order, each followed by its bound, then groups, then the scale.</param>
/// <param name="Bounds">Lists that bound the grade, whether or not the points would have reached a better one.</param>
public sealed record ScoreAnswer(
    CompiledPackId Pack,
    DateOnly ValidOn,
    string Purpose,
    int Points,
    string Grade,
    string GradeByPoints,
    DateOnly? NextChange,
    ImmutableArray<Contribution> Contributions,
    ImmutableArray<GradeBound> Bounds,
    ImmutableArray<LeftOut> LeftOut);

/// <summary>Which pack gave an answer.</summary>
public readonly record struct CompiledPackId(string Id, int Version);

/// <summary>What a contribution is.</summary>
public enum ContributionKind
{
    /// <summary>Where scores begin.</summary>
    Base,

    /// <summary>What a rule's facts come to.</summary>
    Rule,

    /// <summary>What the bound of the rule before it takes off or gives back.</summary>
    RuleBound,

    /// <summary>The same for a group.</summary>
    GroupBound,

    /// <summary>The same for the whole.</summary>
    ScaleBound,
}

/// <param name="Id">The rule's or group's id; "base" and "scale" for the others.</param>
/// <param name="Points">May be 0 for a rule whose facts stay without effect.</param>
/// <param name="Basis">Where the rule stands; null but for rules.</param>
/// <param name="Facts">The facts that were counted, by id.</param>
public sealed record Contribution(ContributionKind Kind, string Id, Bilingual Title, long Points, string? Basis, ImmutableArray<CountedFact> Facts);

/// <param name="Points">What it brought by itself, before bounds; null where only all facts of the rule together have points.</param>
/// <param name="LessFrom">The next day on which its share gets less; null for none.</param>
/// <param name="EndsOn">The first day on which it has no effect on this rule any more; null while no rule ends it.</param>
/// <param name="Disputed">An objection to it is open.</param>
public sealed record CountedFact(string Id, int? Points, DateOnly? LessFrom, DateOnly? EndsOn, bool Disputed);

/// <summary>A list that bounds the grade.</summary>
public sealed record GradeBound(string Id, Bilingual Title, string AtBest, string Basis, ImmutableArray<CountedFact> Facts);

/// <summary>A fact that did not count, or not for one rule.</summary>
/// <param name="Rule">The rule, or the list that bounds grades, that left it out; null when none was asked.</param>
public sealed record LeftOut(string Id, LeftOutReason Reason, string? Rule);

/// <summary>Why a fact did not count.</summary>
public enum LeftOutReason
{
    /// <summary>It may be used only from a later day.</summary>
    NotYet,

    /// <summary>The time in which it may be used is over.</summary>
    Ended,

    /// <summary>It was repaired.</summary>
    Repaired,

    /// <summary>It was withdrawn or replaced by a correction.</summary>
    Withdrawn,

    /// <summary>It is outside the list of what may be used at all.</summary>
    Excluded,

    /// <summary>An objection is open, and the pack does not count it meanwhile.</summary>
    Disputed,

    /// <summary>The rules that look at such facts are not relevant to this purpose.</summary>
    IrrelevantToPurpose,

    /// <summary>No rule of the pack looks at such facts.</summary>
    NoRule,

    /// <summary>Its document is older than the rule looks back.</summary>
    TooOld,
}
