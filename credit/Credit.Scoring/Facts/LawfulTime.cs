using System.Collections.Immutable;
using Backbone.Credit.Scoring.Packs;
using Backbone.Credit.Scoring.Time;

namespace Backbone.Credit.Scoring.Facts;

/// <summary>One limit of how long facts may be shown and used, in a time of its own.</summary>
/// <param name="Id">What an answer calls it: "order-36", "shandong-38".</param>
/// <param name="From">First date on which the limit holds.</param>
/// <param name="To">First date on which it does not any more; null while none is set.</param>
/// <param name="Classes">Empty for every class.</param>
/// <param name="Counted">From what the longest time runs.</param>
/// <param name="Shortest">Before this is over no repair ends it; null where none is set.</param>
/// <param name="Longest">After this it is neither shown nor used.</param>
/// <param name="Shown">False: such a fact is not shown to others at all; it may still count where a pack says so.</param>
public sealed record UseLimit(
    string Id,
    DateOnly From,
    DateOnly? To,
    ImmutableArray<SeverityClass> Classes,
    CountedFrom Counted,
    CalendarPeriod? Shortest,
    CalendarPeriod? Longest,
    bool Shown,
    LegalStatus Status,
    string Basis);

/// <summary>From what a limit runs.</summary>
public enum CountedFrom
{
    /// <summary>The date of the judicial or administrative document.</summary>
    Document,

    /// <summary>The end of the behaviour; the document's date where no end is recorded, which is never earlier for the entity's harm.</summary>
    BehaviourEnd,
}

/// <summary>The dates that decide about a fact, as its provider wrote them.</summary>
/// <param name="ValidFrom">First day it may be used; null for the document's date.</param>
/// <param name="ValidTo">First day it may not any more, by its own text; null where it has no end of its own.</param>
public readonly record struct FactDates(DateOnly Decided, DateOnly? BehaviourEnd, DateOnly? ValidFrom, DateOnly? ValidTo);

/// <summary>An end and what set it.</summary>
public readonly record struct SetEnd(DateOnly On, string By);

/// <summary>When a fact may be used, by the limits that hold on one date.</summary>
/// <param name="From">First day.</param>
/// <param name="Until">First day after; the earliest of <paramref name="Ends"/>, null while nothing ends it.</param>
/// <param name="Ends">Every end that something sets, earliest first: each is kept and shown, the earliest is applied.</param>
/// <param name="EarliestRepair">First day on which a repair can be asked; null where no limit sets one.</param>
/// <param name="Shown">Whether others may see it.</param>
public sealed record LawfulTime(DateOnly From, DateOnly? Until, ImmutableArray<SetEnd> Ends, DateOnly? EarliestRepair, bool Shown)
{
    /// <summary>The end that the fact's own text sets.</summary>
    public const string OwnEnd = "own";

    /// <param name="limits">Those of the fact's type, and those of the place.</param>
    /// <param name="on">The date whose law is applied: limits that only are announced or unverified have no effect.</param>
    public static LawfulTime Of(FactDates dates, SeverityClass category, IEnumerable<UseLimit> limits, DateOnly on)
    {
        var ends = ImmutableArray.CreateBuilder<SetEnd>();
        if (dates.ValidTo is { } own)
        {
            ends.Add(new(own, OwnEnd));
        }

        DateOnly? repair = null;
        var shown = true;
        foreach (var limit in limits.Where(limit => Holds(limit, category, on)))
        {
            var start = limit.Counted == CountedFrom.BehaviourEnd ? dates.BehaviourEnd ?? dates.Decided : dates.Decided;
            if (limit.Longest is { } longest)
            {
                ends.Add(new(longest.FirstDayAfterRoundedDown(start), limit.Id));
            }

            if (limit.Shortest is { } shortest && shortest.FirstDayAfterRoundedDown(start) is var earliest && (repair is null || earliest > repair))
            {
                repair = shortest == default ? start : earliest;
            }

            shown &= limit.Shown;
        }

        ends.Sort((left, right) => left.On != right.On ? left.On.CompareTo(right.On) : string.CompareOrdinal(left.By, right.By));
        return new(dates.ValidFrom ?? dates.Decided, ends.Count == 0 ? null : ends[0].On, ends.ToImmutable(), repair, shown);
    }

    private static bool Holds(UseLimit limit, SeverityClass category, DateOnly on) =>
        limit.Status is LegalStatus.InForce or LegalStatus.Ended or LegalStatus.Chosen
        && limit.From <= on && (limit.To is null || on < limit.To)
        && (limit.Classes.IsEmpty || limit.Classes.Contains(category));
}
