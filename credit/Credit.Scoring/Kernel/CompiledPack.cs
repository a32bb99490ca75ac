using System.Collections.Frozen;
using System.Collections.Immutable;
using Backbone.Credit.Scoring.Packs;
using Backbone.Credit.Scoring.Time;

namespace Backbone.Credit.Scoring.Kernel;

/// <summary>
/// A pack made ready for one date and one purpose: parameters have their values of that date, periods are days, and each pair of type and class
/// knows the rules it feeds. Immutable and shared by all threads.
/// </summary>
public sealed class CompiledPack
{
    internal CompiledPack(PolicyPack pack, DateOnly validOn, string purpose)
    {
        Pack = pack;
        ValidOn = validOn;
        Purpose = purpose;
    }

    public PolicyPack Pack { get; }

    /// <summary>The date the score holds for.</summary>
    public DateOnly ValidOn { get; }

    public string Purpose { get; }

    /// <summary>The grades' ids from best to worst, as bytes of a result count them.</summary>
    public ImmutableArray<string> Grades { get; internal init; }

    /// <summary>Lowest scores of the grades; the worst has <see cref="int.MinValue"/>.</summary>
    public ImmutableArray<int> GradeFrom { get; internal init; }

    /// <summary>Grades from this index on are published only after a notice; as many as there are grades where none is.</summary>
    public int AdverseFrom { get; internal init; }

    /// <summary>Working days of a notice on that date; 0 where none is given.</summary>
    public int NoticeDays { get; internal init; }

    /// <summary>Rules of the pack that this purpose is not relevant to; they count nothing.</summary>
    public ImmutableArray<Rule> Irrelevant { get; internal init; }

    /// <summary>Types that only rules look at which are not relevant to this purpose.</summary>
    internal FrozenSet<ushort> IrrelevantTypes { get; init; } = FrozenSet<ushort>.Empty;

    internal ushort Day { get; init; }

    internal int Base { get; init; }

    internal int Lowest { get; init; }

    internal int Highest { get; init; }

    /// <summary>Sum of what rules contribute that no fact touched, outside groups at 0 and then by group.</summary>
    internal long[] GroupBaseline { get; init; } = [];

    internal long[] GroupFloor { get; init; } = [];

    internal long[] GroupCeiling { get; init; } = [];

    internal CompiledRule[] Rules { get; init; } = [];

    internal CompiledOverride[] Overrides { get; init; } = [];

    /// <summary>For type × 4 + class: where its feeds begin in <see cref="Feeds"/>; one more entry than slots.</summary>
    internal int[] FeedStart { get; init; } = [];

    internal Feed[] Feeds { get; init; } = [];

    internal RuleGroup[] Groups { get; init; } = [];

    /// <summary>The index of a grade, 0 the best.</summary>
    internal int GradeOf(int score)
    {
        var grade = 0;
        while (score < GradeFrom[grade])
        {
            grade++;
        }

        return grade;
    }
}

/// <summary>What a fact does to a rule.</summary>
internal enum FeedRole : byte
{
    /// <summary>Counted, summed, or taken as the newest.</summary>
    Measured,

    /// <summary>Measured against, in a ratio.</summary>
    Against,

    /// <summary>Bounds the grade: <see cref="Feed.Rule"/> is the index of an override.</summary>
    Overrides,
}

/// <param name="Rule">Index of the rule or override.</param>
/// <param name="Points">Points of one fact of this class, before decay.</param>
internal readonly record struct Feed(byte Rule, FeedRole Role, int Points);

/// <summary>How a rule gathers its facts; several shapes share one.</summary>
internal enum Gathering : byte
{
    /// <summary>Σ points × share.</summary>
    Each,

    /// <summary>How many.</summary>
    Tally,

    /// <summary>Σ quantity.</summary>
    Total,

    /// <summary>How many of one for ten thousand of another.</summary>
    Ratio,

    /// <summary>Points of the newest.</summary>
    Newest,
}

internal sealed class CompiledRule
{
    public required Rule Rule { get; init; }

    public required Gathering Gathering { get; init; }

    /// <summary>Facts decided earlier are too old; 0 for any age.</summary>
    public ushort EarliestDecided { get; init; }

    /// <summary>The same for what a ratio is measured against.</summary>
    public ushort EarliestAgainst { get; init; }

    /// <summary>By age in days, up to the last step: what is left, in ten-thousandths. Empty without decay.</summary>
    public ushort[] Share { get; init; } = [];

    /// <summary>By age in days: the day on which the share changes next, or <see cref="ushort.MaxValue"/>. As long as <see cref="Share"/>.</summary>
    public ushort[] NextStep { get; init; } = [];

    /// <summary>By age in days: the first day on which a fact is too old. Empty without a bound of age.</summary>
    public ushort[] Leaves { get; init; } = [];

    /// <summary>The same for what a ratio is measured against.</summary>
    public ushort[] LeavesAgainst { get; init; } = [];

    public long[] BandFrom { get; init; } = [];

    public int[] BandPoints { get; init; } = [];

    public int Absent { get; init; }

    public long Floor { get; init; }

    public long Ceiling { get; init; }

    /// <summary>Index of its group's sum; 0 for the rules without one.</summary>
    public int Group { get; init; }

    public DecayTable? Decay { get; init; }

    public required DateOnly ValidOn { get; init; }

    /// <summary>The next day on which a fact of that document's date weighs less; null for none.</summary>
    public DateOnly? LessFrom(Day decided) => Decay?.Steps.Skip(1).Select(step => (DateOnly?)step.After.FirstDayAfterRoundedDown(decided.Date!.Value)).FirstOrDefault(day => day > ValidOn);

    /// <summary>The first day on which nothing of such a fact's weight is left; null when some stays.</summary>
    public DateOnly? GoneFrom(Day decided) => Decay?.Steps.Skip(1).Where(step => step.Share == 0).Select(step => (DateOnly?)step.After.FirstDayAfterRoundedDown(decided.Date!.Value)).FirstOrDefault();

    public int PointsOf(long measured)
    {
        var band = BandFrom.Length - 1;
        while (measured < BandFrom[band])
        {
            band--;
        }

        return BandPoints[band];
    }
}

internal sealed record CompiledOverride(GradeOverride Override, int AtBest, ushort EarliestDecided, ushort[] Leaves);
