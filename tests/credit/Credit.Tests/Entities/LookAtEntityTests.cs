using System.Net;
using System.Text.RegularExpressions;
using Backbone.Credit.Cases;
using Backbone.Credit.Enterprise.Reading;
using Backbone.Credit.Entities;
using Backbone.Credit.Telling;
using Backbone.Credit.Tests.Cases;
using Backbone.Credit.Tests.Sharding;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Backbone.Credit.Tests.Entities;

public sealed class LookAtEntityTests(SqliteCaseHost host) : LookAtEntityContract(host), IClassFixture<SqliteCaseHost>;

/// <summary>On PostgreSQL, with tables in shards.</summary>
public sealed class ShardedLookAtEntityTests(ShardedCaseHost host) : LookAtEntityContract(host), IClassFixture<ShardedCaseHost>, IDisposable
{
    private readonly ShardedCaseHost watched = host;

    public void Dispose() => Assert.Empty(watched.Watched.Crossings);
}

/// <summary>The page of an organisation at the desk is a question like a program's: with purpose and law, on record, seen by the organisation, and never more than is in use.</summary>
public abstract partial class LookAtEntityContract(CaseHost host)
{
    private const string Law = "行政处罚法 第三十三条";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_officer_says_what_for_and_by_which_law_reads_all_of_it_and_the_organisation_finds_it()
    {
        var fact = await host.FactAsync(60);
        var document = (await host.ReadAsync(fact)).Content.Document;
        var objection = await host.FileAsync(CaseKind.Objection, fact);

        var address = await LookAsync(host.First);

        var page = host.First.Page.QuerySelector("main")!;
        Assert.All([document, Law], part => Assert.Contains(part, page.TextContent, StringComparison.Ordinal));
        Assert.NotNull(page.QuerySelector($"a[href='{CasePaths.Desk}/cases/{Enterprises.Code}/{objection:D}']"));
        Assert.Equal(1, await host.LoggedAsync("credit-query", address.Split('/')[^1]));

        // The organisation reads that the office looked, what for and by which law.
        await host.Enterprise.GoAsync(ShowReport.Path);
        var looks = host.Enterprise.Page.QuerySelector("[aria-labelledby=looks]")!.TextContent;
        Assert.All(["信用主管部门", "在工作台查阅了信用记录", Law], part => Assert.Contains(part, looks, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_else_reads_by_it_and_after_an_hour_nobody_does()
    {
        await host.FactAsync(60);
        var address = await LookAsync(host.First);
        await host.Second.GoAsync(address);
        Assert.Equal(HttpStatusCode.NotFound, host.Second.Status);

        await host.InDatabaseAsync(async db =>
        {
            var id = Guid.ParseExact(address.Split('/')[^1], "D");
            var at = TimeProvider.System.GetUtcNow() - LookAtEntity.Lasts;
            await db.Queries.Where(one => one.Entity == Enterprises.Code && one.Id == id).ExecuteUpdateAsync(set => set.SetProperty(one => one.At, at), Cancelled);
        });
        await host.First.GoAsync(address);
        Assert.Equal(LookAtEntity.Path, host.First.Address.AbsolutePath);
        Assert.Equal(Enterprises.Code, host.First.Page.QuerySelector("#entity")!.GetAttribute("value"));
    }

    [Fact]
    public async Task What_has_left_view_is_not_on_it()
    {
        var fact = await host.FactAsync(200);
        var document = (await host.ReadAsync(fact)).Content.Document;
        await LookAsync(host.Second);
        Assert.Contains(document, host.Second.Body, StringComparison.Ordinal);
        var address = host.Second.Address.AbsolutePath;
        var repair = await host.FileAsync(CaseKind.Repair, fact, "罚款已缴清，问题已整改。", CaseHost.Materials());
        await CaseHost.StepAsync(host.First, repair, "accept");
        await CaseHost.StepAsync(host.First, repair, "propose", "证明齐全。");
        await CaseHost.StepAsync(host.Second, repair, "approve");

        await host.Second.GoAsync(address);

        Assert.Equal(HttpStatusCode.OK, host.Second.Status);
        Assert.DoesNotContain(document, host.Second.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Enterprises.Code, null, Law, "purpose")]
    [InlineData(Enterprises.Code, "supervision", "法", "basis")]
    [InlineData(Enterprises.Code, "supervision", "对379999199003070025的调查", "basis")]
    [InlineData("91370200264574251F", "supervision", Law, "entity")]
    [InlineData("91370200264574251E", "supervision", Law, "entity")]
    [InlineData("92350100M000100Y40", "supervision", Law, "entity")]
    [InlineData("379999199003070025", "supervision", Law, "entity")]
    public async Task Without_purpose_law_or_an_organisation_nothing_is_read_and_nothing_of_a_person_comes_back(string entity, string? purpose, string law, string field)
    {
        await host.First.GoAsync(LookAtEntity.Path);
        var fields = new Dictionary<string, string> { ["entity"] = entity, ["basis"] = law };
        if (purpose is not null)
        {
            fields["purpose"] = purpose;
        }

        await host.First.SubmitAsync(fields);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, host.First.Status);
        Assert.NotNull(host.First.Page.QuerySelector($".error-summary a[href='#{field}'], [role=alert] a[href='#{field}']"));
        if (field == "entity" && entity is "92350100M000100Y40" or "379999199003070025")
        {
            Assert.DoesNotContain(entity, host.First.Body, StringComparison.Ordinal);
            Assert.Equal(0, await host.LoggedAsync("credit-query", entity));
        }
    }

    [Fact]
    public async Task The_office_is_sent_no_notice_to_stop_using_what_it_read()
    {
        var fact = await host.FactAsync(60);
        await LookAsync(host.First);
        var objection = await host.FileAsync(CaseKind.Objection, fact);
        await CaseHost.StepAsync(host.First, objection, "propose", "处罚决定已撤销。", new Dictionary<string, string> { ["remedy"] = "withdrawal" });
        await CaseHost.StepAsync(host.Second, objection, "approve");

        await host.Backbone.Services.GetServices<IHostedService>().OfType<NoticeRecipients>().Single().RunAsync(TimeSpan.Zero, Cancelled);

        await host.InDatabaseAsync(async db => Assert.False(await db.Notices.AnyAsync(one => one.Entity == Enterprises.Code && one.Client == "console", Cancelled)));
    }

    private static async Task<string> LookAsync(ScriptlessBrowser officer)
    {
        await officer.GoAsync(LookAtEntity.For(Enterprises.Code));
        await officer.SubmitAsync(new Dictionary<string, string> { ["purpose"] = "supervision", ["basis"] = Law });
        Assert.True(officer.Status == HttpStatusCode.OK, officer.Page.QuerySelector("main")?.TextContent);
        Assert.Matches(LookPath(), officer.Address.AbsolutePath);
        return officer.Address.AbsolutePath;
    }

    [GeneratedRegex("^/console/credit/entities/[0-9A-Z]{18}/[0-9a-f-]{36}$")]
    private static partial Regex LookPath();
}
