using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Backbone.Credit.Cases;
using Backbone.Credit.Grading;
using Backbone.Credit.PriorNotices;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Tests.Cases;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Tests.Large;

/// <summary>An organisation with more facts than anybody looks at one by one: a bank, a hospital group. Pages stay of a size to read, and nothing is lost.</summary>
public sealed class LargeOrganisationTests(SqliteCaseHost host) : IClassFixture<SqliteCaseHost>
{
    private const int Facts = 3_000;
    private const int Listed = 50;

    /// <summary>Characters; with all facts each of these pages had millions.</summary>
    private const int LargestPage = 250_000;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_pages_list_some_say_how_many_more_and_lead_to_all_and_programs_get_all()
    {
        var round = host.Backbone.Services.GetRequiredService<GradeRegularly>();
        await SendAsync();
        await round.RoundAsync(Cancelled);
        PriorNotice? notice = null;
        await host.InDatabaseAsync(async db => notice = await db.PriorNotices.AsNoTracking().SingleAsync(one => one.Entity == Enterprises.Code && one.State == NoticeState.Open, Cancelled));
        await LookAsync(host.Enterprise, NoticePaths.MineOf(notice!), $"另有 {Facts - Listed} 条");
        await LookAsync(host.First, NoticePaths.DeskOf(notice!), $"另有 {Facts - Listed} 条");
        Assert.Null(host.First.Page.QuerySelector($"main a[href^='{CasePaths.MyObjections}']"));
        await host.InDatabaseAsync(db => db.PriorNotices.Where(one => one.Entity == Enterprises.Code && one.Id == notice!.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(one => one.EndsOn, CaseHost.Today), Cancelled));
        await round.RoundAsync(Cancelled);

        await LookAsync(host.Enterprise, "/credit/my/report", $"另有 {Facts - Listed} 条");
        await host.Enterprise.FollowAsync("查看全部记录");
        Assert.Equal(CasePaths.MyObjections, host.Enterprise.Address.AbsolutePath);
        await LookAsync(host.Enterprise, $"{CasePaths.MyObjections}?page={Facts / Listed}", $"第 {Facts / Listed} 页，共 {Facts / Listed} 页");
        await host.Enterprise.GoAsync($"{CasePaths.MyRepairs}?page={Facts}");
        Assert.Equal(HttpStatusCode.BadRequest, host.Enterprise.Status);
        Assert.Equal(Facts, await ToldAsync());
    }

    private static async Task LookAsync(ScriptlessBrowser browser, string address, string words)
    {
        await browser.GoAsync(address);
        Assert.Equal(HttpStatusCode.OK, browser.Status);
        Assert.Contains(words, browser.Page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.InRange(browser.Body.Length, 1, LargestPage);
    }

    private async Task SendAsync()
    {
        using var agency = await host.Backbone.NewProgramAsync("machine", "credit.facts.report", "urn:backbone:api:credit");
        foreach (var some in Enumerable.Range(0, Facts).Chunk(1_000))
        {
            var lines = string.Join('\n', some.Select(at => string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"key":"large-{{at}}","entity":"{{Enterprises.Code}}","type":"penalty","class":"serious","amount":12000,"document":"济市监处罚〔2026〕{{at}}号","authority":"济南市市场监督管理局","basis":"食品安全法 第一百二十四条","decided":"{{CaseHost.Today.AddDays(-(at % 90)):yyyy-MM-dd}}"}""")));
            using var content = new StringContent(lines, Encoding.UTF8, new MediaTypeHeaderValue("application/x-ndjson"));
            using var answer = await agency.PostAsync(new Uri("/credit/v1/facts", UriKind.Relative), content, Cancelled);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    /// <summary>How many facts of a document a program finds in the report.</summary>
    private async Task<int> ToldAsync()
    {
        using var asker = await host.Backbone.NewProgramAsync("machine", "credit.read", "urn:backbone:api:credit");
        using var answer = await asker.GetAsync(new Uri($"/credit/v1/entities/{Enterprises.Code}/report?purpose=supervision&basis=test", UriKind.Relative), Cancelled);
        var text = await answer.Content.ReadAsStringAsync(Cancelled);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return Enumerable.Range(0, Facts).Count(at => text.Contains($"〔2026〕{at}号", StringComparison.Ordinal));
    }
}
