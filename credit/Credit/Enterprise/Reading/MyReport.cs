using System.Collections.Immutable;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Reports;
using Backbone.Credit.Scoring.Explaining;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Foresight;

namespace Backbone.Credit.Enterprise.Reading;

/// <summary>Everything the organisation's own page and its PDF say; made once, from one state of knowledge.</summary>
/// <param name="Facts">All facts of it, by id, those too that left view for others.</param>
/// <param name="Curve">If nothing is done and nothing happens; the first is today.</param>
/// <param name="Next">The grade above; null when it has the best.</param>
/// <param name="Way">The fewest repairs that reach it; null when none do.</param>
/// <param name="Actions">What the organisation could do: a repair of each fact that counts against it and may be repaired.</param>
/// <param name="Trial">What those that were ticked would come to; null when none was.</param>
internal sealed record MyReport(
    ScoredEntity Scored, ImmutableDictionary<string, FactLine> Facts, ImmutableArray<ForetoldScore> Curve, string? Next, WayToGrade? Way,
    ImmutableArray<OpenAction> Actions, TrialResult? Trial)
{
    public ScoreAnswer Answer => Scored.Answer;

    public GradeWords Grade => GradeWords.Of(Scored.Pack.Pack, Answer.Grade);
}

/// <summary>A fact with what its type and the law say of it.</summary>
/// <param name="Time">When it may be used, each end with what sets it.</param>
internal sealed record FactLine(ReadFact Fact, CatalogueType Type, LawfulTime Time)
{
    public string Id => Fact.Id.ToString("D");

    public FactContent Content => Fact.Content;

    public bool IsDisputed => Fact.Marks.HasFlag(FactMarks.Disputed);

    /// <summary>Whether a repair can be asked for at all; from which day says <see cref="LawfulTime.EarliestRepair"/>.</summary>
    public bool MayBeRepaired =>
        Type is { Repairable: true, Type.Effect: Scoring.Packs.FactEffect.Negative } && Fact.RepairedFrom is null
        && (Fact.Marks & (FactMarks.Withdrawn | FactMarks.Excluded)) == 0;
}

/// <summary>Something in the organisation's power.</summary>
/// <param name="Row">The fact's, as the kernel counts them.</param>
/// <param name="From">The first day on which it can have taken effect.</param>
/// <param name="IsTicked">Tried on the page.</param>
internal sealed record OpenAction(int Row, FactLine Fact, DateOnly From, bool IsTicked);

/// <summary>Side by side: the day on which all that was ticked can have taken effect, with and without it.</summary>
internal sealed record TrialResult(DateOnly On, ForetoldScore Without, ForetoldScore With);

/// <summary>A grade in words, and where it stands among all.</summary>
/// <param name="Rank">0 is the best.</param>
internal sealed record GradeWords(string Id, string Title, int Rank, int Count)
{
    public static GradeWords Of(Scoring.Packs.PolicyPack pack, string grade)
    {
        var rank = pack.Grades.ToList().FindIndex(band => band.Id == grade);
        return new(grade, pack.Grades[rank].Title.ToString(), rank, pack.Grades.Length);
    }

    public Platform.Web.Components.Tone Tone => Rank == 0 ? Platform.Web.Components.Tone.Success
        : Rank == Count - 1 ? Platform.Web.Components.Tone.Danger
        : Rank * 2 < Count ? Platform.Web.Components.Tone.Info
        : Platform.Web.Components.Tone.Warning;
}
