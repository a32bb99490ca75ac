using Backbone.Credit.Scoring.Kernel;

namespace Backbone.Credit.Scoring.Explaining;

/// <summary>Keeps what the kernel told, for the explanation of one score.</summary>
internal readonly struct RecordingTrace() : IScoreTrace
{
    public readonly List<(int Row, NotCounted Why)> Unseen = [];
    public readonly List<(int Row, int Rule)> Old = [];
    public readonly List<(int Row, int Known)> OldListed = [];
    public readonly List<(int Row, int Rule, bool Measured, int Points)> Fed = [];
    public readonly List<(int Row, int Known)> Bounding = [];
    public readonly Dictionary<int, (long Raw, long Bounded)> Rules = [];
    public readonly List<(int Group, long Raw, long Bounded)> Groups = [];
    public readonly List<(long Raw, long Bounded)> Scales = [];

    public void NotCounted(int row, NotCounted why) => Unseen.Add((row, why));

    public void OverrideTooOld(int row, int known) => OldListed.Add((row, known));

    public void TooOld(int row, int rule) => Old.Add((row, rule));

    public void Counted(int row, int rule, bool measured, int points) => Fed.Add((row, rule, measured, points));

    public void Overrides(int row, int known) => Bounding.Add((row, known));

    public void Rule(int rule, long raw, long bounded) => Rules[rule] = (raw, bounded);

    public void Group(int group, long raw, long bounded) => Groups.Add((group, raw, bounded));

    public void Scale(long raw, long bounded) => Scales.Add((raw, bounded));
}
