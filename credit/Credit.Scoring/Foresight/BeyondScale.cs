using Backbone.Credit.Scoring.Kernel;

namespace Backbone.Credit.Scoring.Foresight;

/// <summary>Keeps what the sum was before the scale cut it off.</summary>
internal struct BeyondScale : IScoreTrace
{
    /// <summary>Null when the scale cut nothing off.</summary>
    public long? Sum { get; private set; }

    public readonly void NotCounted(int row, NotCounted why)
    {
    }

    public readonly void TooOld(int row, int rule)
    {
    }

    public readonly void OverrideTooOld(int row, int known)
    {
    }

    public readonly void Counted(int row, int rule, bool measured, int points)
    {
    }

    public readonly void Overrides(int row, int known)
    {
    }

    public readonly void Rule(int rule, long raw, long bounded)
    {
    }

    public readonly void Group(int group, long raw, long bounded)
    {
    }

    public void Scale(long raw, long bounded) => Sum = raw;
}
