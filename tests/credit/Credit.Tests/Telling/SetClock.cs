namespace Backbone.Credit.Tests.Telling;

/// <summary>Says the time it was told; what waits, waits by the machine's.</summary>
internal sealed class SetClock : TimeProvider
{
    public DateTimeOffset Now { get; set; }

    public override DateTimeOffset GetUtcNow() => Now;
}
