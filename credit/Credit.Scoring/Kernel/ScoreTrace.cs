namespace Backbone.Credit.Scoring.Kernel;

/// <summary>Why the kernel did not look at a fact.</summary>
internal enum NotCounted : byte
{
    ByFlag,
    NotYet,
    Ended,
    NoRule,
}

/// <summary>
/// Is told each step of an evaluation as it is made. One does nothing and costs nothing, for the batch; one writes the explanation; one keeps a sum for
/// the search of ways. So an explanation is what happened, never a second computation.
/// </summary>
internal interface IScoreTrace
{
    void NotCounted(int row, NotCounted why);

    /// <summary>The rule looked at the fact and found its document too old.</summary>
    void TooOld(int row, int rule);

    /// <summary>The list that bounds grades looked at the fact and found its document too old.</summary>
    void OverrideTooOld(int row, int known);

    /// <param name="measured">False for what a ratio is measured against.</param>
    /// <param name="points">What the fact brought by itself; 0 where only all of a rule's facts together have points.</param>
    void Counted(int row, int rule, bool measured, int points);

    void Overrides(int row, int known);

    void Rule(int rule, long raw, long bounded);

    void Group(int group, long raw, long bounded);

    void Scale(long raw, long bounded);
}

internal readonly struct NoTrace : IScoreTrace
{
    public void NotCounted(int row, NotCounted why)
    {
    }

    public void TooOld(int row, int rule)
    {
    }

    public void OverrideTooOld(int row, int known)
    {
    }

    public void Counted(int row, int rule, bool measured, int points)
    {
    }

    public void Overrides(int row, int known)
    {
    }

    public void Rule(int rule, long raw, long bounded)
    {
    }

    public void Group(int group, long raw, long bounded)
    {
    }

    public void Scale(long raw, long bounded)
    {
    }
}
