using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Statistics;
using Backbone.Credit.Tests.Batch;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Tests.Statistics;

public sealed class MonitorReleaseTests
{
    private const int Good = 120;
    private const int Bad = 40;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Scores_know_what_was_known_on_their_day_and_outcomes_are_those_of_the_twelve_months_after(bool postgres)
    {
        await using var host = await StatisticsHost.StartAsync(postgres);
        var day = MadeUpSegments.Today;
        var bad = Enumerable.Range(0, Bad).Select(number => StatisticsHost.Entity("91370100", number)).ToList();
        var good = Enumerable.Range(1000, Good).Select(number => StatisticsHost.Entity("91440100", number)).ToList();
        var already = StatisticsHost.Entity("91370100", 5000);
        await host.SendAsync("penalty", SeverityClass.Serious, bad);
        await host.SendAsync("licence", SeverityClass.None, good);
        await host.SendAsync("serious-list", SeverityClass.Serious, already);

        // Known later, and so no matter of the score: the good ones get worse than the bad ones ever were.
        host.Clock.Now += TimeSpan.FromDays(40);
        await host.SendAsync("penalty", SeverityClass.Serious, good);
        await host.SendAsync("quality-failure", SeverityClass.Serious, good);
        host.Clock.Now += TimeSpan.FromDays(200);
        await host.SendAsync("serious-list", SeverityClass.Serious, [.. bad, already]);
        await host.CountAsync();

        // Not of the twelve months.
        host.Clock.Now += TimeSpan.FromDays(140);
        await host.SendAsync("serious-list", SeverityClass.Serious, good);

        // The time of the notices is over that came before the first grades, and they are published.
        await host.CountAsync();
        var told = new StringWriter();
        Assert.Equal(0, await RunAsync(host, day, told));

        var test = await host.AskAsync(db => db.BackTests.AsNoTracking().SingleAsync(Cancelled));
        Assert.Equal((day, Bad + Good, Bad, 1), (test.Day, test.Entities, test.Outcomes, test.OneOf));
        Assert.Equal((1, 1, 1), (test.Area, test.AreaLow, test.AreaHigh));
        Assert.Equal((1, 0.4), (test.Distance, test.Capture));
        Assert.Contains("AUC: 1.000 (1.000 to 1.000)", told.ToString(), StringComparison.Ordinal);

        // Again: in the place of the former.
        Assert.Equal(0, await RunAsync(host, day, told));
        Assert.Equal(1, await host.AskAsync(db => db.BackTests.CountAsync(Cancelled)));
        Assert.Equal(Bad + Good + 1, await host.AskAsync(db => db.Statistics.Where(cell => cell.Kind == StatisticKind.Authority).SumAsync(cell => cell.Count, Cancelled)));
    }

    [Fact]
    public async Task A_day_less_than_twelve_months_ago_is_refused_and_few_outcomes_make_no_figure()
    {
        await using var host = await StatisticsHost.StartAsync(postgres: false);
        await host.SendAsync("licence", SeverityClass.None, [.. Enumerable.Range(0, 50).Select(number => StatisticsHost.Entity("91440100", number))]);
        host.Clock.Now += TimeSpan.FromDays(365);
        var told = new StringWriter();
        Assert.Equal(1, await RunAsync(host, MadeUpSegments.Today, told));
        Assert.Contains("must be more than twelve months before 2027-11-28", told.ToString(), StringComparison.Ordinal);

        host.Clock.Now += TimeSpan.FromDays(2);
        Assert.Equal(0, await RunAsync(host, MadeUpSegments.Today, told));
        var test = await host.AskAsync(db => db.BackTests.AsNoTracking().SingleAsync(Cancelled));
        Assert.Equal((50, 0, null), (test.Entities, test.Outcomes, test.Area));
    }

    private static Task<int> RunAsync(StatisticsHost host, DateOnly day, TextWriter output) =>
        host.Backbone.Services.GetRequiredService<MonitorRelease>().RunAsync(day, 1, output, Cancelled);
}
