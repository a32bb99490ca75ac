using System.Net;
using Backbone.Credit.Cases;
using Backbone.Credit.Cases.Evidence;
using Backbone.Credit.Scoring.Facts;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Tests.Cases;

public sealed class RepairTests(SqliteCaseHost host) : RepairContract(host), IClassFixture<SqliteCaseHost>;

/// <summary>Credit repair, and what is refused at the doors of both.</summary>
public abstract class RepairContract(CaseHost host)
{
    [Fact]
    public async Task A_repair_wants_its_materials_is_accepted_then_decided_by_two_and_the_fact_leaves_use()
    {
        var fact = await host.FactAsync(200);
        await host.Enterprise.GoAsync($"{CasePaths.MyRepairs}/new?fact={fact:D}");
        await host.Enterprise.SubmitAsync(
            new Dictionary<string, string> { ["grounds"] = "罚款已缴清，问题已整改。" }, files: [CaseHost.Materials()[0]]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, host.Enterprise.Status);
        Assert.Contains("信用承诺书", host.Enterprise.Page.QuerySelector(".errors")!.TextContent, StringComparison.Ordinal);

        var id = await host.FileAsync(CaseKind.Repair, fact, "罚款已缴清，问题已整改。", CaseHost.Materials());
        Assert.Equal(("repair-accept", FactMarks.None), ((await host.CaseAsync(id)).Duty, (await host.ReadAsync(fact)).Marks));
        await CaseHost.StepAsync(host.First, id, "accept");
        Assert.Equal(("repair-decide", CaseState.Accepted), ((await host.CaseAsync(id)).Duty, (await host.CaseAsync(id)).State));
        await CaseHost.StepAsync(host.First, id, "propose", "证明齐全。");
        await CaseHost.StepAsync(host.Second, id, "approve");

        Assert.Equal(FactMarks.Repaired, (await host.ReadAsync(fact)).Marks);
        await host.Enterprise.GoAsync(CasePaths.MyRepairs);
        Assert.DoesNotContain(host.Enterprise.Page.QuerySelectorAll("a[href*='/new?fact=']"), link => link.GetAttribute("href")!.EndsWith($"{fact:D}", StringComparison.Ordinal));
        await host.Enterprise.GoAsync($"{CasePaths.MyObjections}/new?fact={fact:D}");
        Assert.Equal(HttpStatusCode.NotFound, host.Enterprise.Status);
    }

    [Fact]
    public async Task Before_the_shortest_publication_is_over_the_earliest_day_is_said_and_nothing_is_taken()
    {
        var fact = await host.FactAsync(10);
        var earliest = CaseHost.Today.AddDays(-10).AddMonths(3).AddDays(1);

        await host.Enterprise.GoAsync($"{CasePaths.MyRepairs}/new?fact={fact:D}");

        Assert.Contains($"{earliest:yyyy-MM-dd}", host.Enterprise.Page.QuerySelector(".banner")!.TextContent, StringComparison.Ordinal);
        Assert.Null(host.Enterprise.Page.QuerySelector("form[action$='/new']"));
        await host.Enterprise.GoAsync(CasePaths.MyRepairs);
        Assert.Contains($"{earliest:yyyy-MM-dd}", host.Enterprise.Page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evidence_is_taken_by_its_bytes_and_bounds_kept_sealed_and_opened_by_staff_with_an_event()
    {
        var fact = await host.FactAsync();
        (ChosenFile[] Files, string Said)[] refused =
        [
            ([new("evidence", "photo.png", [.. "<html>"u8])], "PDF"),
            ([new("evidence", "big.pdf", [.. "%PDF-1.7"u8, .. new byte[EvidenceFile.MostBytes], .. "%%EOF"u8])], "5 MB"),
            ([.. Enumerable.Repeat(new ChosenFile("evidence", "a.pdf", EvidenceFormsTests.Pdf), 6)], "最多 5"),
        ];
        foreach (var (files, said) in refused)
        {
            await host.Enterprise.GoAsync($"{CasePaths.MyObjections}/new?fact={fact:D}");
            await host.Enterprise.SubmitAsync(new Dictionary<string, string> { ["grounds"] = "见附件。" }, files: files);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, host.Enterprise.Status);
            Assert.Contains(said, host.Enterprise.Page.QuerySelector(".errors")!.TextContent, StringComparison.Ordinal);
            Assert.Equal("见附件。", host.Enterprise.Page.QuerySelector("#grounds")!.TextContent);
        }

        var id = await host.FileAsync(CaseKind.Objection, fact, files: [new("evidence", "../../x.exe", EvidenceFormsTests.Pdf)]);
        await host.InDatabaseAsync(async db =>
        {
            var stored = await db.CaseFiles.SingleAsync(file => file.Entity == Enterprises.Code && file.Case == id);
            Assert.Equal((EvidenceKind.Pdf, -1), (stored.Kind, stored.Sealed.AsSpan().IndexOf("%PDF"u8)));
        });
        await host.First.GoAsync($"{CasePaths.Desk}/cases/{Enterprises.Code}/{id:D}");
        await host.First.FollowAsync("下载第 1 个文件");
        Assert.StartsWith("%PDF-1.7", host.First.Body, StringComparison.Ordinal);
        Assert.Equal(1, await host.LoggedAsync("case-file-open", $"{id:D}"));
    }

    [Fact]
    public async Task What_is_said_may_not_hold_a_persons_number_nor_be_empty_nor_endless()
    {
        var fact = await host.FactAsync();
        foreach (var grounds in (string[])["", new string('字', CaseRow.LongestGrounds + 1), "当事人 379999199003070025 已经说明。"])
        {
            await host.Enterprise.GoAsync($"{CasePaths.MyObjections}/new?fact={fact:D}");
            await host.Enterprise.SubmitAsync(new Dictionary<string, string> { ["grounds"] = grounds });
            Assert.Equal(HttpStatusCode.UnprocessableEntity, host.Enterprise.Status);
        }

        Assert.Equal(FactMarks.None, (await host.ReadAsync(fact)).Marks);
    }

    [Fact]
    public async Task Facts_and_cases_of_another_organisation_are_not_found()
    {
        var theirs = await host.FactAsync(code: CaseHost.OtherCode);
        await host.Enterprise.GoAsync($"{CasePaths.MyObjections}/new?fact={theirs:D}");
        Assert.Equal(HttpStatusCode.NotFound, host.Enterprise.Status);

        var own = await host.FileAsync(CaseKind.Objection, await host.FactAsync());
        var other = host.Other;
        await other.GoAsync($"{CasePaths.MyObjections}/{own:D}");
        Assert.Equal(HttpStatusCode.NotFound, other.Status);
        await other.GoAsync($"{CasePaths.MyRepairs}/{own:D}");
        Assert.Equal(HttpStatusCode.NotFound, other.Status);

        // By forms that are on no page of theirs.
        await other.GoAsync($"{CasePaths.MyObjections}/new?fact={theirs:D}");
        Assert.Equal(HttpStatusCode.OK, other.Status);
        var fact = (await host.CaseAsync(own)).Fact;
        Assert.Equal(HttpStatusCode.NotFound, await CaseHost.PostAsync(other, CasePaths.MyRepairs + "/new", ("fact", $"{fact:D}"), ("grounds", "x")));
        Assert.Equal(HttpStatusCode.NotFound, await CaseHost.PostAsync(other, $"{CasePaths.MyObjections}/{own:D}/take-back", ("seen", "0")));
        Assert.Equal(CaseState.Received, (await host.CaseAsync(own)).State);
        await host.First.GoAsync($"{CasePaths.Desk}/cases/{CaseHost.OtherCode}/{own:D}");
        Assert.Equal(HttpStatusCode.NotFound, host.First.Status);
    }

    [Fact]
    public async Task An_agent_who_may_only_look_is_told_so_and_the_try_is_an_event()
    {
        var fact = await host.FactAsync();
        using var agent = await host.AgentAsync();
        await agent.GoAsync(CasePaths.MyObjections);
        Assert.Equal(HttpStatusCode.OK, agent.Status);
        Assert.Empty(agent.Page.QuerySelectorAll("a[href*='/new?fact=']"));

        await agent.GoAsync($"{CasePaths.MyObjections}/new?fact={fact:D}");
        Assert.Equal((HttpStatusCode.Forbidden, "没有这项授权"), (agent.Status, agent.Heading));
        await agent.GoAsync(CasePaths.MyObjections);
        Assert.Equal(HttpStatusCode.Forbidden, await CaseHost.PostAsync(agent, CasePaths.MyObjections + "/new", ("fact", $"{fact:D}"), ("grounds", "x")));

        var id = await host.FileAsync(CaseKind.Objection, fact);
        Assert.Equal(HttpStatusCode.Forbidden, await CaseHost.PostAsync(agent, $"{CasePaths.MyObjections}/{id:D}/take-back", ("seen", "0")));
        Assert.Equal(FactMarks.Disputed, (await host.ReadAsync(fact)).Marks);
        Assert.Equal(2, await host.LoggedAsync("no_power", Enterprises.Code));
    }

    [Fact]
    public async Task The_desk_is_for_credit_officers_and_strange_input_is_a_4xx()
    {
        using var administrator = new ScriptlessBrowser(host.Backbone.Address);
        await administrator.SignInAsync(host.Backbone.Address, host.Backbone.Account(DemonstrationPeople.AuditAdministrator));
        await administrator.GoAsync(CasePaths.DeskObjections);
        Assert.Equal(HttpStatusCode.Forbidden, administrator.Status);

        string[] strange =
        [
            CasePaths.DeskObjections + "?page=0", CasePaths.DeskObjections + "?page=99999", CasePaths.DeskObjections + "?page=x", CasePaths.DeskRepairs + "?show=all",
            $"{CasePaths.Desk}/cases/92350100M000100Y40/{Guid.NewGuid():D}", $"{CasePaths.Desk}/cases/x/{Guid.NewGuid():D}", $"{CasePaths.Desk}/cases/{Enterprises.Code}/1",
        ];
        foreach (var address in strange)
        {
            await host.First.GoAsync(address);
            Assert.True((int)host.First.Status is >= 400 and < 500, $"{address}: {host.First.Status}");
        }

        foreach (var address in (string[])["/new", "/new?fact=1", "/new?fact=" + Guid.NewGuid(), "/" + Guid.NewGuid(), "/1"])
        {
            await host.Enterprise.GoAsync(CasePaths.MyObjections + address);
            Assert.Equal(HttpStatusCode.NotFound, host.Enterprise.Status);
        }
    }
}
