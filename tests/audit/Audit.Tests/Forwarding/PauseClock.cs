using System.Threading.Channels;
using Backbone.Audit.Forwarding;
using Microsoft.Extensions.Time.Testing;

namespace Backbone.Audit.Tests.Forwarding;

/// <summary>A clock that the test turns, and that says for how long the loop of forwarding goes to rest.</summary>
internal sealed class PauseClock(ForwardLimits limits) : FakeTimeProvider(new DateTimeOffset(2026, 9, 1, 8, 0, 0, TimeSpan.Zero))
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly Channel<TimeSpan> pauses = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime != limits.Patience && dueTime > TimeSpan.Zero)
        {
            pauses.Writer.TryWrite(dueTime);
        }

        return timer;
    }

    /// <summary>How long the loop rests, once it does.</summary>
    public async Task<TimeSpan> RestAsync() => await pauses.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(LongestWait);

    /// <summary>Until the loop rests, then to the end of that.</summary>
    public async Task<TimeSpan> PassRestAsync()
    {
        var rest = await RestAsync();
        Advance(rest);
        return rest;
    }
}
