using System.Net;
using Backbone.Identity.Storage;
using Backbone.Identity.Tests.AccountPages;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Tests.Organisations;

/// <summary>Powers go downward, once, and no wider and no longer than one has them oneself.</summary>
public abstract class MandateTests(OrganisationHost backbone) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await backbone.BeginAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_representative_appoints_an_administrator_who_gives_an_agent_a_part_and_each_is_an_event()
    {
        var (representative, code) = await backbone.OrganisationAsync();
        var administrator = await backbone.MemberAsync();
        var agent = await backbone.MemberAsync();

        Assert.Equal(HttpStatusCode.SeeOther, await backbone.GiveAsync(representative, code, administrator, "tax/file tax/view", "administrator"));
        Assert.Equal(HttpStatusCode.SeeOther, await backbone.GiveAsync(administrator, code, agent, "tax/view"));

        var mandate = await backbone.MandateOfAsync(agent, code);
        Assert.Equal((await backbone.MandateOfAsync(administrator, code)).Id, mandate.RestsOn);
        var audit = await backbone.AuditAsync();
        Assert.Contains(mandate.Id.ToString("D"), audit, StringComparison.Ordinal);
        Assert.Contains(code, audit, StringComparison.Ordinal);
        await agent.Browser.GoAsync($"/organisations/{code}");
        Assert.DoesNotContain("/end", agent.Browser.Page.QuerySelectorAll("a").Where(a => a.GetAttribute("href")!.Contains(mandate.Id.ToString("D"), StringComparison.Ordinal) is false)
            .Select(a => a.GetAttribute("href")!).Where(href => href.Contains("/mandates/", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("an agent gives on", "not_theirs_to_give")]
    [InlineData("an administrator appoints another", "not_theirs_to_give")]
    [InlineData("a power wider than one's own", "wider_than_own")]
    [InlineData("a power no app declares", "wider_than_own")]
    [InlineData("longer than one's own", "beyond_own_time")]
    [InlineData("to oneself", "self")]
    [InlineData("a kind there is not", "malformed")]
    [InlineData("beginning in the past", "malformed")]
    [InlineData("for more than three years", "malformed")]
    [InlineData("to nobody of that name", "unknown_person")]
    public async Task What_somebody_may_not_give_is_refused_whatever_the_form_says(string what, string reason)
    {
        var (representative, code) = await backbone.OrganisationAsync();
        var administrator = await backbone.MemberAsync();
        var agent = await backbone.MemberAsync();
        var other = await backbone.MemberAsync();
        await backbone.GiveAsync(representative, code, administrator, "tax/view", "administrator");
        await backbone.GiveAsync(administrator, code, agent, "tax/view");
        var before = (await backbone.AuditAsync()).Length;
        var count = await backbone.InDatabaseAsync(db => db.Mandates.CountAsync(mandate => mandate.OrganisationCode == code));

        var status = what switch
        {
            "an agent gives on" => await backbone.GiveAsync(agent, code, other, "tax/view"),
            "an administrator appoints another" => await backbone.GiveAsync(administrator, code, other, "tax/view", "administrator"),
            "a power wider than one's own" => await backbone.GiveAsync(administrator, code, other, "tax/view tax/file"),
            "a power no app declares" => await backbone.GiveAsync(representative, code, other, "tax/rule"),
            "longer than one's own" => await backbone.GiveAsync(administrator, code, other, "tax/view", untilDays: 31),
            "to oneself" => await backbone.GiveAsync(representative, code, representative),
            "a kind there is not" => await backbone.GiveAsync(representative, code, other, kind: "representative"),
            "beginning in the past" => await backbone.GiveAsync(representative, code, other, fromDays: -1),
            "for more than three years" => await backbone.GiveAsync(representative, code, other, untilDays: 3 * 366),
            _ => await backbone.GiveAsync(representative, code, other with { Who = other.Who with { Name = "李小明" } }),
        };

        Assert.NotEqual(HttpStatusCode.SeeOther, status);
        Assert.Equal(count, await backbone.InDatabaseAsync(db => db.Mandates.CountAsync(mandate => mandate.OrganisationCode == code)));
        Assert.Contains($"\"reason\":\"{reason}\"", (await backbone.AuditAsync())[before..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_organisations_people_see_and_change_nothing_here()
    {
        var (_, code) = await backbone.OrganisationAsync();
        var (stranger, theirs) = await backbone.OrganisationAsync();
        var agent = await backbone.MemberAsync();
        await backbone.GiveAsync(stranger, theirs, agent);
        var mandate = await backbone.MandateOfAsync(agent, theirs);

        foreach (var page in (string[])["", "/record", "/mandates/new", $"/mandates/{mandate.Id:D}/end"])
        {
            await stranger.Browser.GoAsync($"/organisations/{code}{page}");
            Assert.Equal(404, (int)stranger.Browser.Status);
        }

        Assert.Equal(HttpStatusCode.NotFound, await backbone.GiveAsync(stranger, code, agent));

        // A mandate of one organisation under the address of another.
        Assert.Equal(HttpStatusCode.NotFound, await OrganisationHost.EndAsync(stranger, code, mandate.Id));
        Assert.Null((await backbone.MandateOfAsync(agent, theirs)).EndedAt);
    }

    [Fact]
    public async Task An_administrator_ends_what_they_gave_and_nothing_else()
    {
        var (representative, code) = await backbone.OrganisationAsync();
        var (one, two, agent) = (await backbone.MemberAsync(), await backbone.MemberAsync(), await backbone.MemberAsync());
        await backbone.GiveAsync(representative, code, one, "tax/view", "administrator");
        await backbone.GiveAsync(representative, code, two, "tax/view", "administrator");
        await backbone.GiveAsync(one, code, agent, "tax/view");
        var mandate = await backbone.MandateOfAsync(agent, code);

        Assert.Equal(HttpStatusCode.NotFound, await OrganisationHost.EndAsync(two, code, mandate.Id));
        Assert.Equal(HttpStatusCode.NotFound, await OrganisationHost.EndAsync(two, code, (await backbone.MandateOfAsync(one, code)).Id));
        Assert.Contains("not_theirs_to_end", await backbone.AuditAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, await OrganisationHost.EndAsync(one, code, mandate.Id));
        Assert.NotNull((await backbone.MandateOfAsync(agent, code)).EndedAt);
    }

    [Fact]
    public async Task The_last_legal_representative_cannot_leave()
    {
        var (representative, code) = await backbone.OrganisationAsync();
        var mandate = await backbone.MandateOfAsync(representative, code);

        Assert.Equal(HttpStatusCode.Conflict, await OrganisationHost.EndAsync(representative, code, mandate.Id));

        Assert.Null((await backbone.MandateOfAsync(representative, code)).EndedAt);
        Assert.Contains("last_representative", await backbone.AuditAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_holds_powers_lays_them_down()
    {
        var (representative, code) = await backbone.OrganisationAsync();
        var agent = await backbone.MemberAsync();
        await backbone.GiveAsync(representative, code, agent);

        Assert.Equal(HttpStatusCode.SeeOther, await OrganisationHost.EndAsync(agent, code, (await backbone.MandateOfAsync(agent, code)).Id));

        await agent.Browser.GoAsync($"/organisations/{code}");
        Assert.Equal(404, (int)agent.Browser.Status);
    }

    [Fact]
    public async Task Ended_twice_at_once_both_are_answered_and_one_is_told_of()
    {
        var (representative, code) = await backbone.OrganisationAsync();
        var agent = await backbone.MemberAsync();
        await backbone.GiveAsync(representative, code, agent);
        var mandate = await backbone.MandateOfAsync(agent, code);
        await Task.WhenAll(representative.Browser.GoAsync("/acting"), agent.Browser.GoAsync("/account/sessions"));

        var answers = await Task.WhenAll(
            representative.Browser.PostAsync($"/organisations/{code}/mandates/{mandate.Id:D}/end"),
            agent.Browser.PostAsync($"/organisations/{code}/mandates/{mandate.Id:D}/end"));

        Assert.Contains(HttpStatusCode.SeeOther, answers);
        Assert.All(answers, status => Assert.True(status is HttpStatusCode.SeeOther or HttpStatusCode.NotFound, $"{status}"));
        var audit = await backbone.AuditAsync();
        Assert.Equal(1, System.Text.RegularExpressions.Regex.Count(audit, $"\"mandate-end\"[^\\n]{{0,1500}}{mandate.Id:D}"));
    }

    [Fact]
    public async Task What_rests_on_powers_that_have_ended_is_not_in_force_also_when_nobody_ended_it()
    {
        var (representative, code) = await backbone.OrganisationAsync();
        var administrator = await backbone.MemberAsync();
        var agent = await backbone.MemberAsync();
        await backbone.GiveAsync(representative, code, administrator, "tax/file", "administrator");
        await backbone.GiveAsync(administrator, code, agent, "tax/file");
        var ground = (await backbone.MandateOfAsync(administrator, code)).Id;

        // As if the agent's had been given at the very moment of the withdrawal.
        var ended = (DateTimeOffset?)backbone.Host.Clock.GetUtcNow();
        await backbone.InDatabaseAsync(db => db.Mandates.Where(mandate => mandate.Id == ground)
            .ExecuteUpdateAsync(set => set.SetProperty(mandate => mandate.EndedAt, ended)));

        Assert.Equal(HttpStatusCode.Forbidden, await OrganisationHost.ChooseAsync(agent, code));
    }

    [Fact]
    public async Task With_an_administrators_powers_end_those_they_gave()
    {
        var (representative, code) = await backbone.OrganisationAsync();
        var administrator = await backbone.MemberAsync();
        var agent = await backbone.MemberAsync();
        await backbone.GiveAsync(representative, code, administrator, "tax/file", "administrator");
        await backbone.GiveAsync(administrator, code, agent, "tax/file");
        await OrganisationHost.ChooseAsync(agent, code);
        var tokens = await backbone.TokensAsync(agent);

        await OrganisationHost.EndAsync(representative, code, (await backbone.MandateOfAsync(administrator, code)).Id);

        Assert.False(await backbone.IsActiveAsync(tokens));
        Assert.NotNull((await backbone.MandateOfAsync(agent, code)).EndedAt);
    }
}

public sealed class MandateOnSqliteTests(OrganisationOnSqliteHost host) : MandateTests(host), IClassFixture<OrganisationOnSqliteHost>;

public sealed class MandateOnPostgresTests(OrganisationOnPostgresHost host) : MandateTests(host), IClassFixture<OrganisationOnPostgresHost>;
