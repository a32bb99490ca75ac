using Backbone.Audit.Appending;
using Backbone.Audit.Receiving.Spools;

namespace Backbone.Audit.Tests.Forwarding;

/// <summary>What is kept in memory of a spool that repeats itself.</summary>
public sealed class SpoolStateTests
{
    [Fact]
    public async Task What_was_read_of_the_log_for_repetitions_is_forgotten_after_a_minute_without()
    {
        using var folder = new TemporaryLog();
        await using var log = folder.Open();
        await log.AppendAsync(TemporaryLog.SignIn());
        var name = new SpoolName("host-two", Guid.CreateVersion7());
        var marks = new SpoolMarks(Path.Combine(folder.Folder, "spools"));
        var state = new SpoolState();
        state.Recalled(new SpoolMark(5, 0, [], []), []);

        var taken = state.TakenFrom(name, log.Records, 0);
        state.Rest(name, marks, 1);
        Assert.Same(taken, state.TakenFrom(name, log.Records, 0));

        // The first rest after a repetition keeps it, the second has seen none meanwhile.
        state.Rest(name, marks, 1);
        state.Rest(name, marks, 1);
        Assert.NotSame(taken, state.TakenFrom(name, log.Records, 0));
    }
}
