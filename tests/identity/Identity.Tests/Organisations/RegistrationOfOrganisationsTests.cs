using Backbone.Identity.Storage;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Tests.Organisations;

public abstract class RegistrationOfOrganisationsTests(OrganisationHost backbone) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await backbone.BeginAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Who_the_registry_names_becomes_the_legal_representative_and_nobody_else()
    {
        var representative = await backbone.MemberAsync();
        var other = await backbone.MemberAsync();
        backbone.Registry.Representatives[OrganisationHost.Code] = representative.Who;

        await OrganisationHost.RegisterAsync(other, OrganisationHost.Code);
        Assert.Equal(422, (int)other.Browser.Status);
        Assert.Contains("法定代表人不是你", other.Browser.Body, StringComparison.Ordinal);

        // As people write it: full width, lower case, blanks.
        await OrganisationHost.RegisterAsync(representative, "９１３７９９９９ madema019f");
        Assert.Equal($"/organisations/{OrganisationHost.Code}", representative.Browser.Address.AbsolutePath);
        Assert.Contains("法定代表人", representative.Browser.Body, StringComparison.Ordinal);
        var audit = await backbone.AuditAsync();
        Assert.Contains("\"action\":\"organisation-register\"", audit, StringComparison.Ordinal);
        Assert.Contains("not_representative", audit, StringComparison.Ordinal);
        Assert.DoesNotContain(representative.Who.Number, audit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_no_verified_name_is_led_to_it_first()
    {
        var person = await backbone.Host.SignInAsync();
        using var browser = backbone.Host.BrowserOf(person);

        await browser.GoAsync("/organisations/register");

        Assert.Equal("/account/level", browser.Address.AbsolutePath);
    }

    [Theory]
    [InlineData("92379999MADEMA043W", "个体工商户", "natural_person")]
    [InlineData("91379999MADEMA019E", "校验不符", "code_malformed")]
    [InlineData("9l379999MADEMAO19F", "校验不符", "code_malformed")]
    [InlineData("91379999MADEMAO19F", "91379999MADEMA019F", "code_malformed")]
    [InlineData("123", "现在是 3 位", "code_malformed")]
    [InlineData("52379999MADEMA051U", "没有这个代码", "not_registered")]
    public async Task What_is_no_organisation_is_refused_with_its_reason(string typed, string why, string reason)
    {
        var member = await backbone.MemberAsync();

        await OrganisationHost.RegisterAsync(member, typed);

        Assert.Equal(422, (int)member.Browser.Status);
        Assert.Contains(why, member.Browser.Body, StringComparison.Ordinal);
        Assert.Contains(reason, await backbone.AuditAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_persons_number_is_named_as_one_and_neither_given_back_nor_recorded()
    {
        var member = await backbone.MemberAsync();

        await OrganisationHost.RegisterAsync(member, member.Who.Number);

        Assert.Contains("这是公民身份号码", member.Browser.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(member.Who.Number, member.Browser.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(member.Who.Number, await backbone.AuditAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_registry_names_another_the_former_is_out_and_agents_stay()
    {
        var (before, code) = await backbone.OrganisationAsync();
        var agent = await backbone.MemberAsync();
        await backbone.GiveAsync(before, code, agent);
        await OrganisationHost.ChooseAsync(before, code);
        var tokens = await backbone.TokensAsync(before);
        var next = await backbone.MemberAsync();
        backbone.Registry.Representatives[code] = next.Who;

        await OrganisationHost.RegisterAsync(next, code);

        Assert.False(await backbone.IsActiveAsync(tokens));
        await before.Browser.GoAsync($"/organisations/{code}");
        Assert.Equal(404, (int)before.Browser.Status);
        await agent.Browser.GoAsync($"/organisations/{code}");
        Assert.Equal(200, (int)agent.Browser.Status);
        Assert.Equal(1, await backbone.InDatabaseAsync(db => db.Mandates.CountAsync(
            mandate => mandate.OrganisationCode == code && mandate.Kind == MandateKind.Representative && mandate.EndedAt == null)));
    }

    [Fact]
    public async Task Registered_twice_at_once_there_is_one_representative()
    {
        var member = await backbone.MemberAsync();
        backbone.Registry.Representatives[OrganisationHost.OtherCode] = member.Who;
        await member.Browser.GoAsync("/organisations/register");

        var answers = await Backbone.Testing.FormSalvo.SalvoAsync(
            member.Browser, 2, _ => new Dictionary<string, string> { ["code"] = OrganisationHost.OtherCode });

        Assert.All(answers, status => Assert.Equal(303, (int)status));
        Assert.Equal(1, await backbone.InDatabaseAsync(db => db.Mandates.CountAsync(mandate => mandate.OrganisationCode == OrganisationHost.OtherCode)));
    }
}

public sealed class RegistrationOfOrganisationsOnSqliteTests(OrganisationOnSqliteHost host)
    : RegistrationOfOrganisationsTests(host), IClassFixture<OrganisationOnSqliteHost>;

public sealed class RegistrationOfOrganisationsOnPostgresTests(OrganisationOnPostgresHost host)
    : RegistrationOfOrganisationsTests(host), IClassFixture<OrganisationOnPostgresHost>;
