using Backbone.Credit.Storage;
using Backbone.Credit.Telling;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Tests.Telling;

/// <summary>A database that fails while messages are being taken: when it is back all go out, without a restart.</summary>
public sealed class FailingDatabaseTests
{
    /// <summary>More than are read at once, so that there is a second page.</summary>
    private const int Many = 70;

    private readonly SetClock clock = new() { Now = TimeProvider.System.GetUtcNow() };
    private readonly FailingCommands database = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Two of one receiver are taken, which is all it may have on its way; then the taking of another's fails.</summary>
    [Theory]
    [InlineData(false, 2)]
    [InlineData(false, 3)]
    [InlineData(true, 2)]
    [InlineData(true, 3)]
    public async Task When_the_taking_of_one_fails_those_taken_before_go_out_and_none_stays_behind(bool postgres, int at)
    {
        await using var backbone = await StartAsync(postgres);
        await using var first = await Receiver.StartAsync();
        await using var second = await Receiver.StartAsync();
        var due = await ChangeAsync(backbone, first.Url, [0, 1, 2, 3, 4], second.Url, [5, 6]);
        var claims = 0;
        database.Arm(command => IsClaim(command.CommandText) && ++claims == at);

        clock.Now = due;

        await EndAsync(backbone, 7);
        Assert.Equal((1, 5, 2), (database.Failed, first.All.Count, second.All.Count));
        Assert.Equal(7, first.All.Concat(second.All).Select(one => one.Id).Distinct().Count());
    }

    /// <summary>What fills the first page is for one receiver, who has enough with two; the look for more fails.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task When_the_look_for_more_fails_those_taken_before_go_out_and_none_stays_behind(bool postgres)
    {
        await using var backbone = await StartAsync(postgres);
        await using var first = await Receiver.StartAsync();
        await using var second = await Receiver.StartAsync();
        var due = await ChangeAsync(backbone, first.Url, Enumerable.Range(0, Many), second.Url, [Many]);
        var claimed = false;
        database.Arm(command =>
        {
            var text = command.CommandText;
            claimed |= IsClaim(text);
            return claimed && database.Failed == 0 && text.Contains("ORDER BY", StringComparison.Ordinal) && text.Contains("\"NextAt\" <=", StringComparison.Ordinal);
        });

        clock.Now = due;

        await EndAsync(backbone, Many + 1);
        Assert.Equal((1, Many, 1), (database.Failed, first.All.Count, second.All.Count));
        Assert.Equal(Many + 1, first.All.Concat(second.All).Select(one => one.Id).Distinct().Count());
    }

    /// <summary>The taking of the one is what fails, again and again: what the receivers and the program may have on their way is not used up by it.</summary>
    [Fact]
    public async Task A_database_that_fails_many_times_uses_up_nothing()
    {
        await using var backbone = await StartAsync(postgres: false);
        await using var first = await Receiver.StartAsync();
        await using var second = await Receiver.StartAsync();
        var due = await ChangeAsync(backbone, first.Url, Enumerable.Range(0, Many), second.Url, [Many]);
        var claims = 0;
        database.Arm(command => IsClaim(command.CommandText) && ++claims % 2 == 0 && claims <= 80);

        clock.Now = due;

        await EndAsync(backbone, Many + 1);
        Assert.Equal(40, database.Failed);
    }

    /// <summary>A message is taken by putting its next time ahead; what came of an attempt changes its failure or its state, too.</summary>
    private static bool IsClaim(string text) =>
        text.StartsWith("UPDATE ", StringComparison.Ordinal) && text.Contains("deliveries", StringComparison.Ordinal) && text.Contains("\"NextAt\" =", StringComparison.Ordinal)
        && !text.Contains("\"Failure\" =", StringComparison.Ordinal) && !text.Contains("\"TriedSince\" =", StringComparison.Ordinal);

    /// <summary>One message to each, the first's due before the second's; when they all are.</summary>
    private async Task<DateTimeOffset> ChangeAsync(BackboneFixture backbone, string first, IEnumerable<int> ofFirst, string second, IEnumerable<int> ofSecond)
    {
        var later = new SetClock { Now = clock.Now.AddHours(1) };
        foreach (var (target, entities) in new[] { (first, ofFirst), (second, ofSecond) })
        {
            foreach (var entity in entities)
            {
                await backbone.SubscribeAsync(entity, target);
            }

            await backbone.ChangeAsync(later, entities);
            later.Now += TimeSpan.FromSeconds(1);
        }

        return later.Now;
    }

    private static Task EndAsync(BackboneFixture backbone, int messages) => backbone.UntilAsync(
        async db => await db.Deliveries.CountAsync(one => one.State == DeliveryState.Delivered, Cancelled) == messages, seconds: 60);

    private Task<BackboneFixture> StartAsync(bool postgres) => BackboneFixture.StartAsync(settings =>
    {
        (settings.Demo, settings.Postgres, settings.Clock, settings.Observe) = (true, postgres, clock, database.On);
        settings.Settings["Backbone:Credit:Grading:Minutes"] = "0";
        settings.Settings["Backbone:Credit:Webhooks:Seconds"] = "2";
        settings.Settings["Backbone:Credit:Webhooks:Networks:0"] = "127.0.0.0/8";
    });
}
