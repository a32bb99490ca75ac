using System.Globalization;
using System.Net;
using AngleSharp.Dom;
using Backbone.Credit.Tests.Reports;
using Backbone.Platform.Entities;
using Backbone.Testing;

namespace Backbone.Credit.Tests.Enterprise;

/// <summary>The organisation's own report as somebody who acts for it reads it, without JavaScript.</summary>
public sealed class ReportPageTests
{
    private const string Report = "/credit/my/report";

    [Fact]
    public async Task It_says_grade_score_and_each_part_with_its_facts_and_laws_and_what_can_be_started_from_them()
    {
        await using var host = await HostAsync();
        using var browser = await RepresentativeAsync(host);
        await host.ReportAsync(Enterprises.Code, ReportHost.Penalty(), ReportHost.EnvironmentalGrade("yellow"));
        using var asker = await host.AskerAsync();
        var told = ReportHost.Json((await ReportHost.GetAsync(asker, $"/credit/v1/entities/{Enterprises.Code}/report{ReportHost.Query()}")).Body).GetProperty("answer");

        await browser.GoAsync(Report);

        Assert.Equal((HttpStatusCode.OK, "信用报告"), (browser.Status, browser.Heading));
        var main = Text(browser, "main");
        Assert.Equal(told.GetProperty("grade").GetString(), Text(browser, "#grade .stat"));
        Assert.Contains($"{told.GetProperty("points").GetInt32()} 分（分值范围 0～120）", main, StringComparison.Ordinal);
        Assert.All(
            ["一般行政处罚", "济市监处罚〔2026〕1号", "济南市市场监督管理局", "法律依据：食品安全法 第一百二十四条", "规则依据：国办发〔2025〕22号", "环保信用等级", "等级：黄", "起不再影响"],
            words => Assert.Contains(words, main, StringComparison.Ordinal));

        // The table of the picture ends at the score, by steps that sum to it.
        var rows = browser.Page.QuerySelectorAll("figure:has(.steps-of) tbody tr").Select(row => row.QuerySelectorAll("td").Select(cell => cell.TextContent).ToList()).ToList();
        Assert.Equal(told.GetProperty("points").GetInt32(), Number(rows[0][1]) + rows[1..^1].Sum(row => Number(row[1])));
        Assert.Equal(told.GetProperty("points").GetInt32(), Number(rows[^1][2]));

        var penalty = told.GetProperty("contributions").EnumerateArray().Single(one => one.GetProperty("id").GetString() == "penalty-general").GetProperty("facts")[0].GetProperty("id").GetString()!;
        Assert.NotNull(browser.Page.QuerySelector($"a[href='/credit/my/objections/new?fact={penalty}']"));
        Assert.NotNull(browser.Page.QuerySelector($"a[href='/credit/my/repairs/new?fact={penalty}']"));

        // Who looked, with what for and by which law: the question above.
        var looks = Text(browser, "section[aria-labelledby=looks]");
        Assert.All(["演示后台程序", "目的：分级分类监管", "依据：国办发〔2026〕8号"], words => Assert.Contains(words, looks, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_trial_shows_both_ends_side_by_side_and_changes_nothing()
    {
        await using var host = await HostAsync();
        using var browser = await RepresentativeAsync(host);
        await host.ReportAsync(Enterprises.Code, ReportHost.Penalty(daysAgo: 10), ReportHost.Penalty(daysAgo: 20));
        await browser.GoAsync(Report);
        var before = Text(browser, "#grade .stat");
        var boxes = browser.Page.QuerySelectorAll("input[type=checkbox][name=repair]");
        Assert.Equal(2, boxes.Length);
        Assert.Contains("最少做 1 件事就能达到 B 级", Text(browser, "#what-if"), StringComparison.Ordinal);

        await browser.GoAsync($"{Report}?purpose=supervision&repair={boxes[0].GetAttribute("value")}&repair={boxes[1].GetAttribute("value")}");

        var result = browser.Page.QuerySelectorAll("#try tbody tr").Select(row => row.QuerySelectorAll("td").Select(cell => cell.TextContent.Trim()).ToList()).ToList();
        Assert.Equal([("什么都不做", "C"), ("完成勾选的修复", "A")], result.Select(row => (row[0], row[2])));
        Assert.Equal("100", result[1][1]);
        Assert.Equal(2, browser.Page.QuerySelectorAll("input[type=checkbox][name=repair][checked]").Length);
        await browser.GoAsync(Report);
        Assert.Equal(before, Text(browser, "#grade .stat"));
    }

    [Fact]
    public async Task It_is_of_the_organisation_acted_for_whatever_the_address_says_and_an_event_says_who_read_it()
    {
        await using var host = await HostAsync();
        using var browser = await RepresentativeAsync(host);
        var other = host.NewCode();
        await host.ReportAsync(other, ReportHost.Penalty("serious"));

        foreach (var name in (string[])["code", "entity", "organisation", "subject.id"])
        {
            await browser.GoAsync($"{Report}?{name}={other}");
            Assert.Equal("没有关于本单位的信用记录", browser.Page.QuerySelector(".empty h2")!.TextContent);
        }

        await browser.GoAsync(Report + "?purpose=marketing");
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        await browser.GoAsync(Report + "?repair=x");
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        var folder = host.DataDirectory;
        await host.StopAsync();
        var log = OpenFile.ReadLog(folder);
        Assert.Contains("credit-report-read", log, StringComparison.Ordinal);
        Assert.Contains($"\"subject\":{{\"id\":\"{Enterprises.Code}\",\"kind\":\"organisation\"}}", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_withdrawn_its_organisation_still_finds_with_the_reason_it_does_not_count()
    {
        await using var host = await HostAsync();
        using var browser = await RepresentativeAsync(host);
        var keys = await host.ReportAsync(Enterprises.Code, ReportHost.Penalty());
        await host.ReportAsync(Enterprises.Code, ReportHost.Withdrawal(keys[0]));

        await browser.GoAsync(Report);

        Assert.Equal("A", Text(browser, "#grade .stat"));
        var left = Text(browser, "section[aria-labelledby=left]");
        Assert.All(["济市监处罚〔2026〕1号", "已由提供单位撤回或更正"], words => Assert.Contains(words, left, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_agent_without_the_power_to_read_does_not_and_when_their_powers_end_the_pages_are_left_at_once()
    {
        await using var host = await HostAsync();
        using var browser = await RepresentativeAsync(host);
        using var agent = new ScriptlessBrowser(host.Address);
        var account = host.Account(DemonstrationPeople.CitizenByMail);
        const string digits = "37999919850618003";
        await agent.SignInAsync(host.Address, account, "/account/real-name");
        await agent.SubmitAsync(new Dictionary<string, string> { ["name"] = "李明", ["number"] = digits + ResidentIdentityNumber.Check(digits) });
        await browser.GoAsync($"/organisations/{Enterprises.Code}/mandates/new");
        await browser.SubmitAsync(new Dictionary<string, string>
        {
            ["contact"] = account.Name,
            ["name"] = "李明",
            ["power"] = "credit/object",
        });
        Assert.Equal(HttpStatusCode.OK, browser.Status);
        await agent.ActForAsync(Enterprises.Code);
        await agent.GoAsync("/credit/my");
        Assert.Equal((HttpStatusCode.OK, "我的企业信用"), (agent.Status, agent.Heading));
        Assert.Null(agent.Page.QuerySelector($"main a[href='{Report}']"));

        await agent.GoAsync(Report);
        Assert.Equal(HttpStatusCode.Forbidden, agent.Status);

        await browser.GoAsync($"/organisations/{Enterprises.Code}");
        await browser.GoAsync(browser.Page.QuerySelector("main a[href$='/end']")!.GetAttribute("href")!);
        await browser.SubmitAsync(form: "/end");
        await agent.GoAsync("/credit/my");
        Assert.NotEqual("/credit/my", agent.Address.AbsolutePath);
    }

    private static async Task<ReportHost> HostAsync()
    {
        var host = new ReportHost();
        await ((IAsyncLifetime)host).InitializeAsync();
        return host;
    }

    private static async Task<ScriptlessBrowser> RepresentativeAsync(ReportHost host)
    {
        var browser = new ScriptlessBrowser(host.Address);
        await browser.RepresentAsync(host.Address, host.Account(DemonstrationPeople.CitizenByPhone));
        return browser;
    }

    private static string Text(ScriptlessBrowser browser, string selector) =>
        browser.Page.QuerySelector(selector)?.TextContent.Trim() ?? throw new InvalidOperationException($"{selector} is not on {browser.Address}: {browser.Body}");

    private static int Number(string shown) => int.Parse(shown.Replace('−', '-'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}
