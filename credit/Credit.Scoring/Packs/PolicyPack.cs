using System.Collections.Immutable;
using Backbone.Platform;

namespace Backbone.Credit.Scoring.Packs;

/// <summary>
/// A policy pack: how facts become a score and a grade, as data that people read, approve and sign. Immutable; a change is another version.
/// Every number may be written plainly or be the name of a parameter, which has values by date.
/// </summary>
/// <param name="Id">Lower-case letters, digits and hyphens, at most 64.</param>
/// <param name="Version">1 and upwards; with the id it names exactly one content.</param>
/// <param name="Basis">The instrument the pack carries out.</param>
/// <param name="Note">What is unverified or open, in plain words; shown wherever the pack is shown.</param>
/// <param name="From">First date on which the pack may be used.</param>
/// <param name="To">First date on which it may not any more; null while none is set.</param>
/// <param name="Purposes">The purposes for which a score may be asked.</param>
/// <param name="CountsDisputed">Whether a fact under objection counts meanwhile; both results are always shown.</param>
/// <param name="Rules">At most 64.</param>
/// <param name="Grades">From best to worst, at most 32.</param>
/// <param name="Notice">Which grades an organisation is told of before they are published; null where all are published at once.</param>
public sealed record PolicyPack(
    string Id,
    int Version,
    Bilingual Title,
    string Basis,
    Bilingual Note,
    DateOnly From,
    DateOnly? To,
    ImmutableArray<Purpose> Purposes,
    bool CountsDisputed,
    ScoreScale Scale,
    ImmutableArray<Parameter> Parameters,
    ImmutableArray<DecayTable> Decays,
    ImmutableArray<RuleGroup> Groups,
    ImmutableArray<Rule> Rules,
    ImmutableArray<GradeBand> Grades,
    ImmutableArray<GradeOverride> Overrides,
    NoticeRule? Notice = null)
{
    /// <summary>Most rules of a pack: the kernel keeps one bit for each.</summary>
    public const int MostRules = 64;

    /// <summary>Most groups of a pack.</summary>
    public const int MostGroups = 16;

    /// <summary>Most grades of a pack.</summary>
    public const int MostGrades = 32;

    /// <summary>Largest number of points, up or down, anywhere in a pack.</summary>
    public const int MostPoints = 1_000_000;

    /// <summary>A purpose in words of the reader's language; its id where the pack does not know it (any more).</summary>
    public string TitleOf(string purpose) => Purposes.FirstOrDefault(one => one.Id == purpose)?.Title.ToString() ?? purpose;
}

/// <summary>What a grade is asked for. A rule that a purpose is not relevant to does not count for it.</summary>
/// <param name="Id">Lower-case letters, digits and hyphens.</param>
/// <param name="Basis">The law that lets the score be used for it.</param>
public sealed record Purpose(string Id, Bilingual Title, string Basis);

/// <summary>Where scores begin and where they are cut off.</summary>
public sealed record ScoreScale(Number Base, Number Lowest, Number Highest);

/// <summary>A whole number of a pack: written plainly, or by the name of a parameter.</summary>
public readonly record struct Number(long Literal, string? Parameter)
{
    public static implicit operator Number(long literal) => new(literal, null);

    public static Number Of(string parameter) => new(0, parameter);

    public override string ToString() => Parameter ?? Literal.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A number with values by date, each with where it stands in law.</summary>
/// <param name="Unit">In words: points, fen, working days.</param>
/// <param name="Values">Ascending, each ending where the next begins.</param>
public sealed record Parameter(string Id, Bilingual Title, string Unit, ImmutableArray<DatedValue> Values);

/// <summary>One value of a parameter, from a date until before another.</summary>
/// <param name="Value">Null: the parameter has deliberately no value in this time, and a pack that needs one cannot score then.</param>
public sealed record DatedValue(DateOnly From, DateOnly? To, long? Value, string Basis, LegalStatus Status);

/// <summary>Where a value stands. Only values in force and ended ones (for dates of their time) take part in a score.</summary>
public enum LegalStatus
{
    InForce,

    /// <summary>Promulgated, its day not come: no effect; shown in comparisons.</summary>
    Announced,

    /// <summary>Was in force and is not any more; used for dates of its time.</summary>
    Ended,

    /// <summary>Set by the owner of the pack, not by a text of law.</summary>
    Chosen,

    /// <summary>Known at second hand or not confirmed: the pack loads for trial and cannot be approved.</summary>
    Unverified,
}

/// <summary>How much of a fact's points is left by its age since the date of its document, in ten-thousandths.</summary>
public sealed record DecayTable(string Id, Bilingual Title, ImmutableArray<DecayStep> Steps);

/// <param name="After">Age from which the share holds; the first step's is zero.</param>
/// <param name="Share">0 to 10,000.</param>
public sealed record DecayStep(Time.CalendarPeriod After, int Share);

/// <summary>Rules whose sum is bounded together, so that many small facts never outweigh one serious one.</summary>
public sealed record RuleGroup(string Id, Bilingual Title, Number? Floor, Number? Ceiling);

/// <summary>A grade and the lowest score that has it. The worst grade has no lower bound.</summary>
public sealed record GradeBand(string Id, Bilingual Title, Number? From);

/// <summary>Grades that are published only after the organisation was told and had time to state its case.</summary>
/// <param name="Grades">The worst ones, as many as there are: a grade worse than one of them is one of them.</param>
/// <param name="Days">Working days from the day after the notice; 1 to 60.</param>
/// <param name="Basis">The law that asks for it, or by which it is done without being asked.</param>
public sealed record NoticeRule(ImmutableArray<string> Grades, Number Days, string Basis)
{
    /// <summary>Longest time a notice may give.</summary>
    public const int MostDays = 60;
}

/// <summary>Whoever stands on such a list has at best this grade, whatever the score.</summary>
public sealed record GradeOverride(string Id, Bilingual Title, Selection Select, string AtBest, ImmutableArray<string> Purposes, string Basis);
