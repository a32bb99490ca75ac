using System.Globalization;
using System.Net;
using System.Text.Json;
using Backbone.Credit.Cases;
using Backbone.Credit.Cases.Clock;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Enterprise.Reading;
using Backbone.Credit.Sealed;
using Backbone.Credit.Tests.Cases;
using Backbone.Credit.Tests.Sharding;
using Backbone.Platform.Entities;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Tests.Sealed;

public sealed class SealedTests(SqliteCaseHost host) : SealedContract(host), IClassFixture<SqliteCaseHost>;

/// <summary>On PostgreSQL, with tables in shards.</summary>
public sealed class ShardedSealedTests(ShardedCaseHost host) : SealedContract(host), IClassFixture<ShardedCaseHost>, IDisposable
{
    private readonly ShardedCaseHost watched = host;

    public void Dispose() => Assert.Empty(watched.Watched.Crossings);
}

/// <summary>What left view and use is opened by two people, for a day, with a reason that the organisation reads.</summary>
public abstract class SealedContract(CaseHost host)
{
    private const string Law = "行政诉讼法 第三十四条";
    private const string Why = "（2026）鲁01行初12号一案，法院调取。";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_asks_another_agrees_the_two_read_it_for_a_day_and_the_organisation_finds_it()
    {
        var fact = await host.FactAsync(200);
        var document = (await host.ReadAsync(fact)).Content.Document;
        var repair = await host.FileAsync(CaseKind.Repair, fact, "罚款已缴清，问题已整改。", CaseHost.Materials());
        await CaseHost.StepAsync(host.First, repair, "accept");
        await CaseHost.StepAsync(host.First, repair, "propose", "证明齐全。");
        await CaseHost.StepAsync(host.Second, repair, "approve");

        // It has left: at the desk too, where it was decided.
        await host.First.GoAsync($"{CasePaths.Desk}/cases/{Enterprises.Code}/{repair:D}");
        Assert.DoesNotContain(document, host.First.Page.QuerySelector("#fact")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(host.First.Page.QuerySelector($"#fact a[href='{WorkSealed.List}']"));

        var address = await AskAsync(host.First);
        Assert.Null(host.First.Page.QuerySelector("button[value=agree]"));
        Assert.Null(host.First.Page.QuerySelector("#copy"));
        Assert.Equal(HttpStatusCode.Forbidden, await ExportAsync(host.First, address));
        Assert.Equal(HttpStatusCode.Forbidden, await CaseHost.PostAsync(host.First, address, ("act", "agree"), ("seen", "0")));
        Assert.Equal(1, await host.LoggedAsync("sealed-agree", address.Split('/')[^1]));

        await host.Second.GoAsync(address);
        Assert.Null(host.Second.Page.QuerySelector("#copy"));
        await host.Second.SubmitAsync(new Dictionary<string, string>(), "agree");
        Assert.Contains(document, host.Second.Page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        await host.First.GoAsync(address);
        Assert.Contains(document, host.First.Page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);

        // The file has every record about it, each with the hash that the store has.
        await host.First.GoAsync(address + "/copy.json");
        using var copy = JsonDocument.Parse(host.First.Body);
        var left = copy.RootElement.GetProperty("facts").EnumerateArray().Single(one => one.GetProperty("id").GetGuid() == fact);
        Assert.Equal("repaired", left.GetProperty("left").GetString());
        Assert.Equal(["stated", "repaired"], left.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("kind").GetString()));
        byte[] hash = [];
        await host.InDatabaseAsync(async db => hash = await db.Facts.Where(row => row.Entity == Enterprises.Code && row.Id == fact).Select(row => row.Hash).SingleAsync(Cancelled));
        Assert.Equal(Convert.ToHexStringLower(hash), left.GetProperty("records")[0].GetProperty("hash").GetString());

        // Each step is one event with the law; the organisation reads why.
        var id = address.Split('/')[^1];
        // The asker's own try to agree is one too.
        Assert.Equal((1, 2, 2), (await host.LoggedAsync("sealed-ask", id), await host.LoggedAsync("sealed-agree", id), await host.LoggedAsync("sealed-read", id)));
        Assert.Equal(2, await host.LoggedAsync("sealed-export", id));
        Assert.Equal(0, await host.LoggedAsync("sealed-ask", "鲁01行初12号"));
        await host.Enterprise.GoAsync(ShowReport.Path);
        Assert.Contains(Why, host.Enterprise.Page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);

        // When the day is over, nobody reads it.
        await host.InDatabaseAsync(async db =>
        {
            var opening = await db.SealedOpenings.SingleAsync(one => one.Entity == Enterprises.Code && one.Id == Guid.ParseExact(id, "D"), Cancelled);
            opening.Until = TimeProvider.System.GetUtcNow().AddSeconds(-1);
            await db.SaveChangesAsync(Cancelled);
        });
        await host.First.GoAsync(address);
        Assert.Null(host.First.Page.QuerySelector("#copy"));
        Assert.Equal(HttpStatusCode.Forbidden, await ExportAsync(host.Second, address));
        Assert.Equal(3, await host.LoggedAsync("sealed-export", id));
    }

    [Fact]
    public async Task What_was_repaired_while_another_case_about_it_is_open_is_not_read_there_either()
    {
        var fact = await host.FactAsync(200);
        var document = (await host.ReadAsync(fact)).Content.Document;
        var objection = await host.FileAsync(CaseKind.Objection, fact);
        var address = $"{CasePaths.Desk}/cases/{Enterprises.Code}/{objection:D}";
        await host.First.GoAsync(address);
        Assert.Contains(document, host.First.Body, StringComparison.Ordinal);
        var repair = await host.FileAsync(CaseKind.Repair, fact, "罚款已缴清，问题已整改。", CaseHost.Materials());
        await CaseHost.StepAsync(host.First, repair, "accept");
        await CaseHost.StepAsync(host.First, repair, "propose", "证明齐全。");
        await CaseHost.StepAsync(host.Second, repair, "approve");

        await host.First.GoAsync(address);

        Assert.Equal(HttpStatusCode.OK, host.First.Status);
        Assert.DoesNotContain(document, host.First.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_case_is_about_is_not_read_at_the_desk_from_the_day_on_which_its_time_is_over()
    {
        var objection = await host.FileAsync(CaseKind.Objection, await host.FactAsync(200));

        Assert.Equal((false, true), (await HasLeftAsync(days: 0), await HasLeftAsync(days: 4_000)));

        async Task<bool> HasLeftAsync(int days)
        {
            var services = host.Backbone.Services;
            var clocks = new CaseClocks(services.GetRequiredService<Duties>(), new LaterClock(TimeSpan.FromDays(days)));
            CaseView? view = null;
            await host.InDatabaseAsync(async db => view = await CaseView.ReadAsync(db, services.GetRequiredService<FactCatalogue>(), clocks, CaseHost.Organisation, objection, Cancelled));
            return view!.HasLeft;
        }
    }

    private sealed class LaterClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }

    [Fact]
    public async Task What_is_in_view_is_not_in_the_copy()
    {
        var fact = await host.FactAsync(50);
        var address = await AskAsync(host.Second);
        await host.First.GoAsync(address);
        await host.First.SubmitAsync(new Dictionary<string, string>(), "agree");
        await host.First.GoAsync(address + "/copy.json");
        Assert.DoesNotContain(fact.ToString("D", CultureInfo.InvariantCulture), host.First.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_has_its_reasons_ends_it_and_the_organisation_reads_of_openings_alone()
    {
        await host.FactAsync(50);
        const string Other = "另一个用途，不应当出现在单位页面上。";
        var address = await AskAsync(host.First, Other);
        await host.Second.GoAsync(address);
        await host.Second.SubmitAsync(new Dictionary<string, string> { ["answer"] = "短" }, "refuse");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, host.Second.Status);
        await host.Second.SubmitAsync(new Dictionary<string, string> { ["answer"] = "没有法院的调取函，请补充后再申请。" }, "refuse");
        Assert.Contains("没有法院的调取函", host.Second.Page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, await ExportAsync(host.First, address));

        // An older page agrees to nothing any more.
        Assert.Equal(HttpStatusCode.SeeOther, await CaseHost.PostAsync(host.Second, address, ("act", "agree"), ("seen", "0")));
        Assert.Equal(HttpStatusCode.Forbidden, await ExportAsync(host.Second, address));
        await host.Enterprise.GoAsync(ShowReport.Path);
        Assert.DoesNotContain(Other, host.Enterprise.Page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_who_decide_at_once_one_is_first()
    {
        await host.FactAsync(50);
        var id = Guid.ParseExact((await AskAsync(host.First)).Split('/')[^1], "D");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(async number =>
        {
            var outcome = OpeningOutcome.NotFound;
            await host.InDatabaseAsync(async db => outcome = await new OpenSealed(db, TimeProvider.System).DecideAsync(
                CaseHost.Organisation, id, number % 2 == 0, "理由不足，请补充材料。", new(Guid.CreateVersion7(), "console", false), 0, Cancelled));
            return outcome;
        }));

        Assert.Equal(1, outcomes.Count(outcome => outcome == OpeningOutcome.Done));
        Assert.Equal(1, await host.LoggedAsync("sealed-agree", id.ToString("D")) + await host.LoggedAsync("sealed-refuse", id.ToString("D")));
    }

    [Theory]
    [InlineData("11010519491231002X", "entity")]
    [InlineData("92350100M000100Y40", "entity")]
    [InlineData("91110108551385082Q", "entity")]
    public async Task Persons_and_organisations_without_any_record_are_refused_and_a_persons_number_is_not_given_back(string entity, string field)
    {
        await host.First.GoAsync(WorkSealed.List);
        await host.First.SubmitAsync(new Dictionary<string, string> { ["entity"] = entity, ["basis"] = Law, ["reason"] = Why });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, host.First.Status);
        Assert.NotNull(host.First.Page.QuerySelector($".errors a[href='#{field}']"));
        if (EntityCode.Read(entity).Fault != EntityCodeFault.None)
        {
            Assert.DoesNotContain(entity, host.First.Body, StringComparison.Ordinal);
        }

        await host.First.GoAsync(WorkSealed.List);
        await host.First.SubmitAsync(new Dictionary<string, string> { ["entity"] = Enterprises.Code, ["basis"] = Law, ["reason"] = "当事人 11010519491231002X 起诉，需要调取。" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, host.First.Status);
    }

    private static async Task<string> AskAsync(ScriptlessBrowser officer, string why = Why)
    {
        await officer.GoAsync(WorkSealed.List);
        await officer.SubmitAsync(new Dictionary<string, string> { ["entity"] = Enterprises.Code, ["basis"] = Law, ["reason"] = why });
        Assert.True(officer.Status == HttpStatusCode.OK, officer.Page.QuerySelector("main")?.TextContent);
        return officer.Address.AbsolutePath;
    }

    private static async Task<HttpStatusCode> ExportAsync(ScriptlessBrowser officer, string address)
    {
        await officer.GoAsync(address + "/copy.json");
        var status = officer.Status;
        await officer.GoAsync(address);
        return status;
    }
}
