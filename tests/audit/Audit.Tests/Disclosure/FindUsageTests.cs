using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Backbone.Audit.Console;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;
using Backbone.Audit.Disclosure;
using Backbone.Audit.Events;
using Backbone.Audit.State;
using Backbone.Identity;
using Backbone.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Audit.Tests.Disclosure;

/// <summary>What a person is told of those who looked at their data, and what never.</summary>
public sealed class FindUsageTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 4, 0, 0, TimeSpan.Zero);

    private readonly SubjectId person = SubjectId.New(TimeProvider.System);

    [Fact]
    public async Task A_record_that_staff_open_is_told_to_each_person_it_is_about_with_its_purpose_in_words()
    {
        await using var host = await ConsoleHost.StartAsync();
        var actor = SubjectId.New(TimeProvider.System);
        await host.Log.AppendAsync(TemporaryLog.SignIn() with { Subject = actor, Target = person });
        await host.StatePurposeAsync();
        await host.GetAsync("/console/audit/0");
        foreach (var concerned in new[] { person, actor })
        {
            var page = await FindAsync(host, concerned);
            var usage = Assert.Single(page.Usages);
            Assert.Equal(("工作人员查看了与你有关的记录：安全事件调查", "backbone", "本系统运营单位", "audit"), (usage.Action, usage.Office, usage.OfficeName, usage.System));
            Assert.Equal(1, page.Total);
            Assert.Equal("Staff looked at a record about you: Investigation of a security incident", (await FindAsync(host, concerned, language: "en")).Usages[0].Action);
        }

        Assert.Empty((await FindAsync(host, new SubjectId(ConsoleHost.Staff))).Usages);
    }

    [Fact]
    public async Task An_entry_says_nothing_of_staff_cases_other_persons_or_anybodys_own_words()
    {
        await using var host = await ConsoleHost.StartAsync();
        var staff = SubjectId.New(TimeProvider.System);
        var relative = SubjectId.New(TimeProvider.System);
        await host.Log.AppendAsync(View() with { Subject = staff, Details = View().Details.Add("purpose.reference", "CASE-77").Add("subject.id", relative.ToString()) });
        await host.Log.AppendAsync(View("inheritance of uncle Wang"));
        var id = TemporaryLog.NewId();
        var elsewhere = $$$$"""
            {"@timestamp":"2026-11-20T05:00:00.0000000Z","event":{"action":"will-read","category":["database"],"id":"{{{{id}}}}","kind":"event","module":"external","outcome":"success","provider":"notary","type":["access"]},"message":"will of uncle Wang","organization":{"id":"913700000000000001","name":"公证处"},"purpose":{"code":"probate of uncle Wang","reference":"CASE-78","text":"will of uncle Wang"},"subject":{"id":"{{{{person}}}}","receiver":{"id":"{{{{relative}}}}"}},"user":{"id":"{{{{staff}}}}","target":{"id":"{{{{relative}}}}"}}}
            """;
        await host.Log.AppendAsync(id, Encoding.UTF8.GetBytes(elsewhere));
        var page = await FindAsync(host, person);
        Assert.Equal(3, page.Usages.Count);
        var told = string.Join('\n', page.Usages);
        Assert.All(
            new[] { staff.ToString(), relative.ToString(), person.ToString(), "CASE", "Wang", "will", "uncle" },
            secret => Assert.DoesNotContain(secret, told, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(("其他系统读取了你的信息：未注明目的", "913700000000000001", "公证处", "notary"), (page.Usages[0].Action, page.Usages[0].Office, page.Usages[0].OfficeName, page.Usages[0].System));
    }

    [Fact]
    public async Task What_is_no_look_or_no_look_at_this_person_is_not_there()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.Log.AppendAsync(TemporaryLog.SignIn() with { Subject = person });
        await host.Log.AppendAsync(TemporaryLog.SignIn() with { Target = person });
        await host.Log.AppendAsync(View() with { Target = SubjectId.New(TimeProvider.System), Subject = person });
        await host.Log.AppendAsync(AuditKinds.FindUsage.Occurred(TimeProvider.System) with { Subject = person, Target = person });
        await host.Log.AppendAsync(AuditKinds.Erase.Occurred(TimeProvider.System).With("subject.id", person.ToString()));
        await host.Log.AppendAsync(Release() with { Outcome = AuditOutcome.Failure, Reason = "invalid_token", Type = [EcsType.Access, EcsType.Denied] });
        var page = await FindAsync(host, person);
        Assert.Equal((0, 0), (page.Total, page.Usages.Count));
        await host.Log.AppendAsync(Release());
        var usage = Assert.Single((await FindAsync(host, person)).Usages);
        Assert.Equal(("ai-shandong", "ai-shandong", "你登录的应用读取了允许它知道的信息"), (usage.System, usage.Office, usage.Action));
    }

    [Fact]
    public async Task Pages_of_any_size_hold_each_entry_once_newest_first_and_the_total_stays()
    {
        await using var host = await ConsoleHost.StartAsync();
        for (var i = 0; i < 25; i++)
        {
            await host.Log.AppendAsync(View() with { Timestamp = Noon.AddMinutes(i) });
        }

        List<DateTimeOffset> seen = [];
        for (var offset = 0; offset < 30; offset += 10)
        {
            var page = await FindAsync(host, person, offset: offset, limit: 10);
            Assert.Equal(25, page.Total);
            seen.AddRange(page.Usages.Select(usage => usage.At));
        }

        Assert.Equal(Enumerable.Range(0, 25).Reverse().Select(i => Noon.AddMinutes(i)), seen);
        var some = await FindAsync(host, person, Noon.AddMinutes(5), Noon.AddMinutes(8));
        Assert.Equal((3, Noon.AddMinutes(7), Noon.AddMinutes(5)), ((int)some.Total, some.Usages[0].At, some.Usages[^1].At));
        Assert.Equal(25, (await FindAsync(host, person, offset: 100, limit: 1)).Total);
    }

    [Fact]
    public async Task Held_back_it_is_neither_listed_nor_counted_and_appears_by_itself_and_one_persons_word_holds_nothing()
    {
        await using var host = await ConsoleHost.StartAsync();
        AuditEvent[] views = [View() with { Timestamp = Noon }, View() with { Timestamp = Noon.AddHours(1) }, View() with { Timestamp = Noon.AddHours(2) }];
        foreach (var view in views)
        {
            await host.Log.AppendAsync(view);
        }

        var now = TimeProvider.System.GetUtcNow();
        await HoldAsync(host, Held(views[0], now.AddDays(1)), Held(views[1], now.AddDays(1)), Held(views[2], now.AddDays(1), agreed: false));
        var page = await FindAsync(host, person);
        Assert.Equal((1, Noon.AddHours(2)), ((int)page.Total, Assert.Single(page.Usages).At));
        Assert.Equal(Noon.AddHours(2), Assert.Single((await FindAsync(host, person, limit: 1)).Usages).At);

        using (var scope = host.Services.CreateScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<AuditDb>();
            db.HeldDisclosures.Single(held => held.EventId == views[0].Id.Value).Until = now.AddSeconds(-1);
            db.HeldDisclosures.Single(held => held.EventId == views[1].Id.Value).LiftedAt = now;
            await db.SaveChangesAsync();
        }

        Assert.Equal((3, 3), ((int)(await FindAsync(host, person)).Total, (await FindAsync(host, person)).Usages.Count));
    }

    [Fact]
    public void Of_every_kind_kept_as_a_disclosure_it_is_decided_whether_it_is_a_look()
    {
        var looks = Look.All.Select(look => $"{look.Module}/{look.Action}").Concat(Look.OfNobodyNamed.Select(action => $"audit/{action}"));
        var kinds = AuditModule.EventKinds.Concat(IdentityModule.EventKinds).Where(kind => kind.Retention == RetentionClass.Disclosure);
        Assert.Empty(kinds.Select(kind => $"{kind.Module}/{kind.Action}").Except(looks));
    }

    [Fact]
    public void An_event_that_an_index_gives_wrongly_is_no_look()
    {
        var row = new EventRow(0, null, AuditEventJson.Encode(View()));
        Assert.Equal(Look.View, Look.Of(row, person.ToString()));
        Assert.Null(Look.Of(row, SubjectId.New(TimeProvider.System).ToString()));
    }

    private static HeldDisclosure Held(AuditEvent view, DateTimeOffset until, bool agreed = true) => new()
    {
        Id = Guid.CreateVersion7(),
        EventId = view.Id.Value,
        Until = until,
        LegalBasis = "刑事诉讼法第一百五十二条",
        RequestedBy = Guid.CreateVersion7(),
        ApprovedBy = agreed ? Guid.CreateVersion7() : null,
        RequestedAt = until.AddDays(-1),
    };

    private static async Task HoldAsync(ConsoleHost host, params HeldDisclosure[] held)
    {
        using var scope = host.Services.CreateScope();
        var db = scope.ServiceProvider.GetRequiredService<AuditDb>();
        db.HeldDisclosures.AddRange(held);
        await db.SaveChangesAsync();
    }

    private static async Task<UsagePage> FindAsync(
        ConsoleHost host, SubjectId subject, DateTimeOffset? from = null, DateTimeOffset? to = null, int offset = 0, int limit = 1000, string language = "zh")
    {
        using var scope = host.Services.CreateScope();
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        try
        {
            return await scope.ServiceProvider.GetRequiredService<FindUsage>().RunAsync(subject.ToString(), from, to, offset, limit, TestContext.Current.CancellationToken);
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    private AuditEvent View(string purpose = "request") => AuditKinds.View.Occurred(TimeProvider.System).With("purpose.code", purpose) with
    {
        Target = person,
        Timestamp = Noon,
    };

    private AuditEvent Release() => new()
    {
        Id = TemporaryLog.NewId(),
        Timestamp = Noon,
        Action = "userinfo",
        Module = "identity",
        Category = [EcsCategory.Api],
        Type = [EcsType.Access, EcsType.Allowed],
        Outcome = AuditOutcome.Success,
        Subject = person,
        ClientId = "ai-shandong",
        Details = ImmutableSortedDictionary<string, string>.Empty.Add("auth.scope", "openid profile"),
    };
}
