using Backbone.Audit.Verifier.Findings;

namespace Backbone.Audit.Verifier.Tests;

public sealed class ProgressTests
{
    [Fact]
    public void A_round_that_comes_late_writes_nothing_after_the_end()
    {
        var clock = new HeldTimer();
        var writer = new StringWriter();
        var progress = new Progress(writer, new Report(), clock);
        clock.Fire();
        var said = writer.ToString();
        Assert.Contains("0 entries", said, StringComparison.Ordinal);

        progress.Dispose();
        writer.Dispose();
        clock.Fire();
        Assert.Equal(said, writer.ToString());
    }

    /// <summary>A timer that fires when it is told to, also when it was disposed of: as one does whose last round had begun.</summary>
    private sealed class HeldTimer : TimeProvider, ITimer
    {
        private TimerCallback? callback;

        public void Fire()
        {
            callback!(null);
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            this.callback = callback;
            return this;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            return true;
        }

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync()
        {
            return ValueTask.CompletedTask;
        }
    }
}
