using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Backbone.Identity.Organisations;
using Backbone.Identity.Persons;
using Backbone.Identity.Storage;
using Backbone.Identity.Tests.AccountPages;
using Backbone.Identity.Tests.Persons;
using Backbone.Identity.Tests.Protocol;
using Backbone.Platform.Entities;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Person = Backbone.Identity.Tests.Protocol.Person;

namespace Backbone.Identity.Tests.Organisations;

/// <summary>A registry the test writes in.</summary>
internal sealed class TestRegistry : IEntityRegistry
{
    public ConcurrentDictionary<string, SimulatedPerson> Representatives { get; } = new();

    public string Name => "test";

    public ValueTask<RegistryAnswer> AskAsync(EntityCode code, string personName, string personNumber, CancellationToken cancellation) =>
        ValueTask.FromResult<RegistryAnswer>(
            !Representatives.TryGetValue(code.ToString(), out var person) ? new RegistryAnswer.NotRegistered()
            : person == new SimulatedPerson(personName, personNumber) ? new RegistryAnswer.Represents($"示范组织 {code}")
            : new RegistryAnswer.RepresentsNot());
}

/// <summary>Confirms whoever comes, so that each test has people of its own.</summary>
internal sealed class AnybodySource : IRealNameSource
{
    public string Name => "test";

    public ValueTask<RealNameAnswer> AskAsync(string name, string number, CancellationToken cancellation) => ValueTask.FromResult(RealNameAnswer.Belong);
}

/// <summary>Somebody at the third level, with a browser.</summary>
internal sealed record Member(Person Person, SimulatedPerson Who, ScriptlessBrowser Browser, string Phone);

/// <summary>One host per engine, begun by the first test; a catalogue with apps that take organisations.</summary>
public abstract class OrganisationHost(bool postgres) : IAsyncLifetime
{
    public const string Code = "91379999MADEMA019F";
    public const string OtherCode = "91379999MADEMA027A";

    private readonly Engine host = new(postgres);
    private bool begun;
    private int people;

    internal ActingFixture Host => host;

    internal TestRegistry Registry => host.Registry;

    public async Task BeginAsync()
    {
        if (!begun)
        {
            await ((IAsyncLifetime)host).InitializeAsync();
            begun = true;
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await host.DisposeAsync();
    }

    internal async Task<Member> MemberAsync()
    {
        var digits = $"37999919900307{Interlocked.Increment(ref people):D3}";
        var who = new SimulatedPerson("王小明", digits + ResidentIdentityNumber.Check(digits));
        var person = await host.VerifiedAsync(who);
        var phone = await InDatabaseAsync(db => db.Users.Where(account => account.Id == person.Account).Select(account => account.PhoneNumber!).SingleAsync());
        return new Member(person, who, host.BrowserOf(person), phone);
    }

    /// <summary>A representative, and the organisation of a code that no other test uses.</summary>
    internal async Task<(Member Representative, string Code)> OrganisationAsync()
    {
        var representative = await MemberAsync();
        var code = NewCode();
        Registry.Representatives[code] = representative.Who;
        await RegisterAsync(representative, code);
        Assert.Equal($"/organisations/{code}", representative.Browser.Address.AbsolutePath);
        return (representative, code);
    }

    internal static async Task RegisterAsync(Member member, string code)
    {
        await member.Browser.GoAsync("/organisations/register");
        await member.Browser.SubmitAsync(new Dictionary<string, string> { ["code"] = code });
    }

    /// <summary>The form as a page or an attacker would send it.</summary>
    internal async Task<HttpStatusCode> GiveAsync(
        Member giver, string code, Member holder, string powers = "tax/file", string kind = "agent", int fromDays = 0, int untilDays = 30)
    {
        var today = MandateDates.Today(host.Clock);
        await giver.Browser.GoAsync("/acting");
        return await giver.Browser.PostAsync(
            $"/organisations/{code}/mandates/new",
            fields:
            [
                ("contact", holder.Phone), ("name", holder.Who.Name), ("kind", kind), ("from", MandateDates.Write(today.AddDays(fromDays))),
                ("until", MandateDates.Write(today.AddDays(untilDays))), .. powers.Split(' ').Select(power => ("power", power)),
            ]);
    }

    internal Task<Mandate> MandateOfAsync(Member holder, string code) => InDatabaseAsync(db =>
        db.Mandates.AsNoTracking().Where(mandate => mandate.AccountId == holder.Person.Account && mandate.OrganisationCode == code)
            .OrderByDescending(mandate => mandate.GivenAt).FirstAsync());

    internal static async Task<HttpStatusCode> EndAsync(Member by, string code, Guid mandate)
    {
        await by.Browser.GoAsync("/acting");
        return await by.Browser.PostAsync($"/organisations/{code}/mandates/{mandate:D}/end");
    }

    internal static async Task<HttpStatusCode> ChooseAsync(Member member, string code)
    {
        await member.Browser.GoAsync("/acting");
        if (member.Browser.Page.QuerySelector("input[name=_token]") is null)
        {
            await member.Browser.GoAsync("/account/sessions");
        }

        return await member.Browser.PostAsync("/acting", fields: ("organisation", code));
    }

    /// <summary>Signs in to the app for whom was chosen; the tokens.</summary>
    internal async Task<JsonObject> TokensAsync(Member member, string client = "tax", string scope = "openid profile offline_access")
    {
        var code = await ProtocolFixture.CodeAsync(member.Person, client, scope);
        var (status, body) = await host.RedeemAsync(code, client);
        Assert.Equal(HttpStatusCode.OK, status);
        return body;
    }

    internal async Task<bool> IsActiveAsync(JsonObject tokens, string client = "tax") =>
        (bool)(await host.IntrospectAsync((string)tokens["access_token"]!, client))["active"]!;

    internal async Task<T> InDatabaseAsync<T>(Func<IdentityDb, Task<T>> work)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<IdentityDb>());
    }

    internal async Task<string> AuditAsync()
    {
        var relay = host.Services.GetServices<IHostedService>().OfType<OutboxRelay<IdentityDb>>().Single();
        do
        {
            await relay.DrainAsync(TestContext.Current.CancellationToken);
        }
        while (await InDatabaseAsync(db => db.Outbox.AnyAsync()));
        return OpenFile.ReadLog(host.DataDirectory);
    }

    private string NewCode()
    {
        // Nine characters of an organisation code, its check, and the check of the whole: as EntityCode reads it.
        for (var number = Interlocked.Increment(ref people); ; number = Interlocked.Increment(ref people))
        {
            foreach (var check in "0123456789X")
            {
                foreach (var last in "0123456789ABCDEFGHJKLMNPQRTUWXY")
                {
                    var code = $"91379999TERT{number:D4}{check}{last}";
                    if (EntityCode.Read(code).Fault == EntityCodeFault.None)
                    {
                        return code;
                    }
                }
            }
        }
    }

    private sealed class Engine(bool postgres) : ActingFixture
    {
        protected override void Configure(FixtureSettings settings)
        {
            base.Configure(settings);
            settings.Postgres = postgres;
        }
    }
}

/// <summary>The protocol's host with two apps of an operator's folder.</summary>
public class ActingFixture : PersonFixture
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("backbone-acting-");

    internal TestRegistry Registry { get; } = new();

    protected override void Configure(FixtureSettings settings)
    {
        base.Configure(settings);
        settings.Observe = services => services.AddSingleton<IRealNameSource, AnybodySource>().AddSingleton<IEntityRegistry>(Registry);
        settings.Settings["Backbone:Catalogue"] = folder.FullName;
        var secret = Path.Combine(folder.FullName, "app.secret");
        File.WriteAllText(secret, Secret);
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Write("tax", "allowed", secret);
        Write("books", "required", secret);
    }

    private void Write(string id, string acting, string secret) => File.WriteAllText(Path.Combine(folder.FullName, id + ".yml"), $$"""
        id: {{id}}
        name: { zh: 办税, en: Taxes }
        description: { zh: 申报。, en: Returns. }
        owner: { zh: 税务 {{id}}, en: Taxes {{id}} }
        sector: public-services
        region: { zh: 山东省, en: Shandong }
        level: 1
        audience: both
        listed: false
        state: live
        organisations:
          acting: {{acting}}
          powers:
            file: { zh: 申报, en: File returns }
            view: { zh: 查看, en: View }
        client:
          kind: web
          grants: [authorization_code, refresh_token]
          scopes: [openid, profile, offline_access]
          consent: pre
          secret: file:{{secret}}
          redirects:
            - {{RedirectUri}}
        """);
}

public sealed class OrganisationOnSqliteHost() : OrganisationHost(false);

public sealed class OrganisationOnPostgresHost() : OrganisationHost(true);
