using System.Net;
using System.Text.Json.Nodes;
using Backbone.Identity.Tests.Protocol;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Tests.Organisations;

/// <summary>Whom tokens are about when somebody acts for an organisation, and how long they are good.</summary>
public abstract class ActingTests(OrganisationHost backbone) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await backbone.BeginAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact(DisplayName = "RFC 8693 4.1: the organisation is the subject and the person the actor, in tokens, userinfo and introspection alike")]
    public async Task Subject_and_actor()
    {
        var (representative, code) = await backbone.OrganisationAsync();
        var agent = await backbone.MemberAsync();
        await backbone.GiveAsync(representative, code, agent, "tax/view");
        await OrganisationHost.ChooseAsync(agent, "");
        var self = ProtocolFixture.Part((string)(await backbone.TokensAsync(agent))["id_token"]!, 1);
        Assert.Null(self["organisation"]);
        Assert.Null(self["act"]);

        await OrganisationHost.ChooseAsync(agent, code);
        var tokens = await backbone.TokensAsync(agent);

        var told = new[]
        {
            ProtocolFixture.Part((string)tokens["id_token"]!, 1), ProtocolFixture.Part((string)tokens["access_token"]!, 1),
            (await backbone.Host.UserInfoAsync((string)tokens["access_token"]!)).Body, await backbone.Host.IntrospectAsync((string)tokens["access_token"]!, "tax"),
        };
        Assert.All(told, claims =>
        {
            Assert.NotEqual((string?)self["sub"], (string?)claims["sub"]);
            Assert.Equal((string?)told[0]["sub"], (string?)claims["sub"]);
            Assert.Equal((string?)self["sub"], (string?)claims["act"]!["sub"]);
            Assert.Equal(code, (string?)claims["organisation"]!["code"]);
            Assert.Equal($"示范组织 {code}", (string?)claims["organisation"]!["name"]);
            Assert.Equal(["view"], claims["organisation"]!["powers"]!.AsArray().Select(power => (string?)power));
        });
        Assert.Equal($"示范组织 {code}", (string?)told[2]["name"]);
        Assert.Equal("王小明", (string?)told[2]["act"]!["name"]);

        // Whoever acts, the organisation is the same to the app; the representative's powers are all of them.
        await OrganisationHost.ChooseAsync(representative, code);
        var other = ProtocolFixture.Part((string)(await backbone.TokensAsync(representative))["id_token"]!, 1);
        Assert.Equal((string?)told[0]["sub"], (string?)other["sub"]);
        Assert.NotEqual((string?)told[0]["act"]!["sub"], (string?)other["act"]!["sub"]);
        Assert.Equal("representative", (string?)other["organisation"]!["capacity"]);
        Assert.Equal(["file", "view"], other["organisation"]!["powers"]!.AsArray().Select(power => (string?)power));
    }

    [Fact]
    public async Task Withdrawn_powers_end_every_token_that_rests_on_them_at_once_and_nobody_elses()
    {
        var (representative, code) = await backbone.OrganisationAsync();
        var agent = await backbone.MemberAsync();
        await backbone.GiveAsync(representative, code, agent);
        await OrganisationHost.ChooseAsync(agent, "");
        var own = await backbone.TokensAsync(agent);
        await OrganisationHost.ChooseAsync(agent, code);
        var acting = await backbone.TokensAsync(agent);
        var pending = await ProtocolFixture.CodeAsync(agent.Person, "tax");
        Assert.True(await backbone.IsActiveAsync(acting));

        Assert.Equal(HttpStatusCode.SeeOther, await OrganisationHost.EndAsync(representative, code, (await backbone.MandateOfAsync(agent, code)).Id));

        Assert.False(await backbone.IsActiveAsync(acting));
        Assert.Equal(HttpStatusCode.Unauthorized, (await backbone.Host.UserInfoAsync((string)acting["access_token"]!)).Status);
        Assert.Equal("invalid_grant", (string?)(await backbone.Host.RefreshAsync((string)acting["refresh_token"]!, "tax")).Body["error"]);
        Assert.Equal("invalid_grant", (string?)(await backbone.Host.RedeemAsync(pending, "tax")).Body["error"]);
        Assert.True(await backbone.IsActiveAsync(own));
        await agent.Browser.GoAsync("/account");
        Assert.DoesNotContain("代办：", agent.Browser.Page.QuerySelector(".acting")?.TextContent ?? "", StringComparison.Ordinal);
        var audit = await backbone.AuditAsync();
        Assert.Contains("\"action\":\"mandate-end\"", audit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Powers_that_run_out_are_refused_without_anybody_withdrawing_them_and_it_is_an_event()
    {
        var (representative, code) = await backbone.OrganisationAsync();
        var agent = await backbone.MemberAsync();
        await backbone.GiveAsync(representative, code, agent);
        await OrganisationHost.ChooseAsync(agent, code);
        var acting = await backbone.TokensAsync(agent);
        var mandate = await backbone.MandateOfAsync(agent, code);
        var past = (DateTimeOffset?)backbone.Host.Clock.GetUtcNow();
        await backbone.InDatabaseAsync(db => db.Mandates.Where(one => one.Id == mandate.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(one => one.Until, past)));

        Assert.False(await backbone.IsActiveAsync(acting));
        Assert.Equal("invalid_grant", (string?)(await backbone.Host.RefreshAsync((string)acting["refresh_token"]!, "tax")).Body["error"]);
        Assert.Contains("not_in_force", await backbone.AuditAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, await OrganisationHost.ChooseAsync(agent, code));
    }

    [Fact]
    public async Task Powers_that_have_not_begun_are_none()
    {
        var (representative, code) = await backbone.OrganisationAsync();
        var agent = await backbone.MemberAsync();
        await backbone.GiveAsync(representative, code, agent, fromDays: 1);

        Assert.Equal(HttpStatusCode.Forbidden, await OrganisationHost.ChooseAsync(agent, code));
        await agent.Browser.GoAsync($"/organisations/{code}");
        Assert.Equal(404, (int)agent.Browser.Status);
    }

    [Theory]
    [InlineData("an organisation of others")]
    [InlineData("no organisation at all")]
    [InlineData("a persons number")]
    public async Task A_forged_choice_is_refused_and_changes_nothing(string what)
    {
        var (_, code) = await backbone.OrganisationAsync();
        var member = await backbone.MemberAsync();

        Assert.Equal(HttpStatusCode.Forbidden, await OrganisationHost.ChooseAsync(
            member, what switch { "an organisation of others" => code, "a persons number" => member.Who.Number, _ => "x" }));

        Assert.Null(ProtocolFixture.Part((string)(await backbone.TokensAsync(member))["id_token"]!, 1)["organisation"]);
        var audit = await backbone.AuditAsync();
        Assert.Contains("no_mandate", audit, StringComparison.Ordinal);
        Assert.DoesNotContain(member.Who.Number, audit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_that_knows_no_organisations_never_hears_of_one()
    {
        var (representative, code) = await backbone.OrganisationAsync();
        await OrganisationHost.ChooseAsync(representative, code);

        var claims = ProtocolFixture.Part((string)(await backbone.TokensAsync(representative, "web", "openid"))["id_token"]!, 1);

        Assert.Null(claims["organisation"]);
        Assert.Null(claims["act"]);
    }

    [Fact]
    public async Task Who_has_not_chosen_is_asked_once_and_comes_back_to_the_app_and_prompt_none_says_so()
    {
        var (representative, code) = await backbone.OrganisationAsync();
        using var none = await ProtocolFixture.AuthorizeAsync(
            representative.Person.Browser, [.. ProtocolFixture.AuthorizationRequest("tax"), new("prompt", "none")]);
        Assert.Equal("account_selection_required", ProtocolFixture.Answer(none)["error"]);

        using var asked = await ProtocolFixture.AuthorizeAsync(representative.Person.Browser, ProtocolFixture.AuthorizationRequest("tax"));
        Assert.StartsWith("/acting?return=", asked.Headers.Location!.OriginalString, StringComparison.Ordinal);
        await representative.Browser.GoAsync(asked.Headers.Location.OriginalString);
        Assert.Contains(code, representative.Browser.Body, StringComparison.Ordinal);
        await OrganisationHost.ChooseAsync(representative, code);

        using var answered = await ProtocolFixture.AuthorizeAsync(representative.Person.Browser, ProtocolFixture.AuthorizationRequest("tax"));
        Assert.Contains("code", ProtocolFixture.Answer(answered).Keys);
    }

    [Fact]
    public async Task An_app_that_wants_an_organisation_takes_nobody_without()
    {
        var person = await backbone.MemberAsync();
        using var none = await ProtocolFixture.AuthorizeAsync(
            person.Person.Browser, [.. ProtocolFixture.AuthorizationRequest("books"), new("prompt", "none")]);
        Assert.Equal("access_denied", ProtocolFixture.Answer(none)["error"]);

        using var asked = await ProtocolFixture.AuthorizeAsync(person.Person.Browser, ProtocolFixture.AuthorizationRequest("books"));
        await person.Browser.GoAsync(asked.Headers.Location!.OriginalString);
        Assert.Contains("还没有代办权限", person.Browser.Body, StringComparison.Ordinal);
        var refuse = person.Browser.Page.QuerySelectorAll("a[href^='/connect/authorize']").Single().GetAttribute("href")!;
        using var refused = await person.Person.Browser.GetAsync(refuse, TestContext.Current.CancellationToken);
        Assert.Equal("access_denied", ProtocolFixture.Answer(refused)["error"]);

        // Powers in another app are none here.
        var (representative, code) = await backbone.OrganisationAsync();
        await backbone.GiveAsync(representative, code, person, "tax/view");
        await OrganisationHost.ChooseAsync(person, code);
        using var still = await ProtocolFixture.AuthorizeAsync(
            person.Person.Browser, [.. ProtocolFixture.AuthorizationRequest("books"), new("prompt", "none")]);
        Assert.Equal("access_denied", ProtocolFixture.Answer(still)["error"]);
    }

    [Fact]
    public async Task The_organisations_page_shows_who_may_act_who_is_at_it_and_what_was_done()
    {
        var (representative, code) = await backbone.OrganisationAsync();
        var agent = await backbone.MemberAsync();
        await backbone.GiveAsync(representative, code, agent, "tax/file");
        await OrganisationHost.ChooseAsync(agent, code);
        await backbone.TokensAsync(agent);

        await representative.Browser.GoAsync($"/organisations/{code}");
        Assert.Contains("办税：申报", representative.Browser.Body, StringComparison.Ordinal);
        Assert.Contains("办税，进入时间", representative.Browser.Body, StringComparison.Ordinal);
        await representative.Browser.GoAsync($"/organisations/{code}/record");
        Assert.Contains("王小明 进入了“办税”", representative.Browser.Page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("王小明 授权 王小明 办事", representative.Browser.Page.Body!.TextContent, StringComparison.Ordinal);

        await agent.Browser.GoAsync($"/organisations/{code}");
        Assert.Contains("代办：", agent.Browser.Page.QuerySelector(".acting")!.TextContent, StringComparison.Ordinal);
        await agent.Browser.GoAsync($"/organisations/{code}/record");
        Assert.Equal(404, (int)agent.Browser.Status);
    }

    [Fact(DisplayName = "OIDC Core 3.1.2.2: an id_token_hint of an organisation is its people's")]
    public async Task Hint()
    {
        var (representative, code) = await backbone.OrganisationAsync();
        await OrganisationHost.ChooseAsync(representative, code);
        var tokens = await backbone.TokensAsync(representative);
        var hint = KeyValuePair.Create("id_token_hint", (string)tokens["id_token"]!);

        using var theirs = await ProtocolFixture.AuthorizeAsync(
            representative.Person.Browser, [.. ProtocolFixture.AuthorizationRequest("tax"), hint, new("prompt", "none")]);
        Assert.Contains("code", ProtocolFixture.Answer(theirs).Keys);

        var stranger = await backbone.MemberAsync();
        using var others = await ProtocolFixture.AuthorizeAsync(
            stranger.Person.Browser, [.. ProtocolFixture.AuthorizationRequest("tax"), hint, new("prompt", "none")]);
        Assert.Equal("login_required", ProtocolFixture.Answer(others)["error"]);
    }
}

public sealed class ActingOnSqliteTests(OrganisationOnSqliteHost host) : ActingTests(host), IClassFixture<OrganisationOnSqliteHost>;

public sealed class ActingOnPostgresTests(OrganisationOnPostgresHost host) : ActingTests(host), IClassFixture<OrganisationOnPostgresHost>;
