namespace Backbone.Audit.Retention;

/// <summary>What the deletion of events whose time is over last found.</summary>
/// <param name="LookedAt">When it last looked; null before its first look.</param>
/// <param name="StaysUntil">Before when nothing more may go; null when nobody can say yet.</param>
/// <param name="Fault">Why the last look ended without a result.</param>
internal sealed record RetentionState(DateTimeOffset? LookedAt, DateTimeOffset? StaysUntil, string? Fault);

/// <summary>For those who look at it: one writer, <see cref="DeleteExpired"/>, and any readers.</summary>
internal sealed class RetentionProgress
{
    private volatile RetentionState state = new(null, null, null);

    public RetentionState State
    {
        get => state;
        set => state = value;
    }
}
