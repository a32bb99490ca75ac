using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Backbone.Credit.Packs.Keeping;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Statistics;
using Backbone.Credit.Storage;
using Backbone.Credit.Tests.Batch;
using Backbone.Platform.Entities;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Tests.Statistics;

/// <summary>The pages as people read them, without JavaScript.</summary>
public sealed partial class StatisticPagesTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Everybody_reads_how_many_have_which_grade_and_nobody_finds_an_organisation(bool postgres)
    {
        await using var host = await StatisticsHost.StartAsync(postgres);
        using var anybody = new ScriptlessBrowser(host.Backbone.Address);
        await anybody.GoAsync("/credit/register");
        Assert.Contains("还没有统计", Said(anybody), StringComparison.Ordinal);
        await FillAsync(host);
        await anybody.GoAsync("/credit/register");

        var main = Said(anybody);
        Assert.Contains("共有等级的组织：93。", main, StringComparison.Ordinal);

        // The three of Beijing are not told, and would follow from the rest if all of that were.
        Assert.Equal(["北京 不公布", "山东 50", "广东 不公布"], Rows(anybody, "regions")[..3].Select(row => $"{row[0]} {row[^1]}"));
        Assert.Contains(host.Backbone.Services.GetRequiredService<PacksInForce>().Current.Digest, main, StringComparison.Ordinal);
        Assert.Contains("一般行政处罚", main, StringComparison.Ordinal);

        // No way to look for one, and none is there to be found: no field, and no text that is a code.
        foreach (var path in (string[])["/credit/register", "/credit/monitoring", "/credit/register?code=" + StatisticsHost.Entity("91370100", 0), "/credit/register?q=91370100"])
        {
            await anybody.GoAsync(path);
            Assert.Equal(HttpStatusCode.OK, anybody.Status);
            Assert.Empty(anybody.Page.QuerySelectorAll("main form, main input, main select, main textarea"));
            Assert.DoesNotContain(Words().Matches(anybody.Page.QuerySelector("main")!.OuterHtml).Select(word => word.Value), word => EntityCode.Read(word).Fault == EntityCodeFault.None);
        }
    }

    [Fact]
    public async Task What_everybody_reads_stays_for_the_month_and_what_the_staff_reads_is_of_today()
    {
        await using var host = await StatisticsHost.StartAsync(postgres: false, demo: true);
        await FillAsync(host);
        using var anybody = new ScriptlessBrowser(host.Backbone.Address);
        host.Clock.Now += TimeSpan.FromDays(1);
        await host.SendAsync("licence", SeverityClass.None, [.. Enumerable.Range(7000, 20).Select(number => StatisticsHost.Entity("91320100", number))]);
        await host.CountAsync();

        using var officer = new ScriptlessBrowser(host.Backbone.Address);
        await officer.SignInAsync(host.Backbone.Address, host.Backbone.Account("credit-1"), clock: host.Clock);
        await officer.GoAsync("/console/credit/statistics");
        Assert.Contains("共有等级的组织：113。", Said(officer), StringComparison.Ordinal);
        await anybody.GoAsync("/credit/register");
        Assert.Contains("共有等级的组织：93。", Said(anybody), StringComparison.Ordinal);

        // The file says what the page says.
        using var client = new HttpClient(new SocketsHttpHandler { CookieContainer = officer.Cookies, UseProxy = false });
        var file = Encoding.UTF8.GetString(await client.GetByteArrayAsync(new Uri(host.Backbone.Address, "/console/credit/statistics/regions.csv"), Cancelled));
        Assert.StartsWith("\uFEFF,,\"A\"", file, StringComparison.Ordinal);
        Assert.Contains("\"11\",\"北京\",", file, StringComparison.Ordinal);
        Assert.Contains(",*\r\n", file, StringComparison.Ordinal);
        Assert.Contains("\"37\",\"山东\",", file, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Monitoring_says_when_there_is_nothing_and_shows_figures_with_their_intervals_when_there_are()
    {
        await using var host = await StatisticsHost.StartAsync(postgres: false);
        await FillAsync(host);
        using var anybody = new ScriptlessBrowser(host.Backbone.Address);
        await anybody.GoAsync("/credit/monitoring");
        Assert.All(["还没有后果数据", "这是第一个版本", "行业、规模和成立年限", "0.25"], words => Assert.Contains(words, Said(anybody), StringComparison.Ordinal));

        await host.AskAsync(async db =>
        {
            var release = await db.Releases.SingleAsync(Cancelled);
            db.BackTests.Add(new ReleaseBackTest
            {
                Digest = release.Digest,
                Day = MadeUpSegments.Today.AddDays(-400),
                MadeAt = host.Clock.Now,
                OneOf = 4,
                Entities = 9000,
                Outcomes = 300,
                Area = 0.81234,
                AreaLow = 0.79,
                AreaHigh = 0.83,
                Distance = 0.5,
                DistanceLow = 0.4,
                DistanceHigh = 0.6,
                Capture = 0.45,
                CaptureLow = 0.4,
                CaptureHigh = 0.5,
            });
            return await db.SaveChangesAsync(Cancelled);
        });

        // As if the grades of then had been a former release's; two thirds have moved.
        await host.AskAsync(db => db.Releases.ExecuteUpdateAsync(set => set.SetProperty(one => one.Digest, "former"), Cancelled));
        await host.AskAsync(db => db.GradeChanges.ExecuteUpdateAsync(set => set.SetProperty(change => change.PackDigest, "former"), Cancelled));
        host.Clock.Now += TimeSpan.FromDays(26);
        await host.SendAsync("serious-list", SeverityClass.Serious, [.. Enumerable.Range(0, 30).Select(number => StatisticsHost.Entity("91370100", number))]);

        // They are told of it first, and it is published when the time is over.
        await host.GradeAsync();
        host.Clock.Now += TimeSpan.FromDays(14);
        await host.CountAsync();
        await anybody.GoAsync("/credit/monitoring");
        var main = Said(anybody);
        Assert.All(["0.812", "（0.790 ～ 0.830）", "这是全部组织的 4 分之一", "变化很大，要重新审查规则", "低于其他"], words => Assert.Contains(words, main, StringComparison.Ordinal));
        Assert.NotEmpty(Rows(anybody, "moves"));

        var former = anybody.Page.QuerySelector("main a[href*='since=']")!.GetAttribute("href")!;
        await anybody.GoAsync(former);
        Assert.Contains("还没有后果数据", Said(anybody), StringComparison.Ordinal);
        await anybody.GoAsync("/credit/monitoring?since=2020-01-01");
        Assert.Equal(HttpStatusCode.NotFound, anybody.Status);
        await anybody.GoAsync("/credit/monitoring?since=x");
        Assert.Equal(HttpStatusCode.BadRequest, anybody.Status);
    }

    [Fact]
    public async Task Who_asks_too_often_waits()
    {
        await using var backbone = await BackboneFixture.StartAsync(settings => settings.Settings["Backbone:Credit:CodesPerAddressPerMinute"] = "2");
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var statuses = new List<HttpStatusCode>();
        foreach (var path in (string[])["register", "monitoring", "register", "monitoring"])
        {
            using var answer = await client.GetAsync(new Uri(backbone.Address, "/credit/" + path), Cancelled);
            statuses.Add(answer.StatusCode);
        }

        // A minute may begin in between.
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
        Assert.Equal(HttpStatusCode.OK, statuses[0]);
    }

    /// <summary>50 of Shandong, some with a penalty, 40 of Guangdong, and 3 of Beijing: too few to be told.</summary>
    private static async Task FillAsync(StatisticsHost host)
    {
        await host.SendAsync("licence", SeverityClass.None, [.. Enumerable.Range(0, 50).Select(number => StatisticsHost.Entity("91370100", number))]);
        await host.SendAsync("licence", SeverityClass.None, [.. Enumerable.Range(100, 40).Select(number => StatisticsHost.Entity("91440100", number))]);
        await host.SendAsync("licence", SeverityClass.None, [.. Enumerable.Range(200, 3).Select(number => StatisticsHost.Entity("91110100", number))]);
        await host.CountAsync();
    }

    private static string Said(ScriptlessBrowser browser) => Spaces().Replace(browser.Page.QuerySelector("main")!.TextContent, " ");

    /// <summary>Cells of the table of a section.</summary>
    private static List<string[]> Rows(ScriptlessBrowser browser, string section) =>
        [.. browser.Page.QuerySelectorAll($"section[aria-labelledby={section}] tbody tr").Select(row => row.QuerySelectorAll("th, td").Select(cell => cell.TextContent.Trim()).ToArray())];

    [GeneratedRegex(@"[0-9A-Z]{18}")]
    private static partial Regex Words();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
