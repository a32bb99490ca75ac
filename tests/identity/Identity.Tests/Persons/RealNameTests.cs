using System.Text;
using Backbone.Identity.Persons;
using Backbone.Identity.Storage;
using Backbone.Identity.Tests.Protocol;
using Backbone.Platform.Web;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Person = Backbone.Identity.Tests.Protocol.Person;

namespace Backbone.Identity.Tests.Persons;

public abstract class RealNameTests(RealNameHost backbone) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await backbone.BeginAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_number_is_shown_masked_and_stands_in_clear_in_no_store_log_leaf_address_or_token()
    {
        var somebody = PersonFixture.Somebody();
        var person = await backbone.Host.SignInAsync();
        using var browser = backbone.Host.BrowserOf(person);
        await PersonFixture.VerifyAsync(browser, "不是此人", somebody.Number);
        await PersonFixture.VerifyAsync(browser, somebody.Name, somebody.Number);

        Assert.Equal("/account/level", browser.Address.AbsolutePath);
        Assert.Contains($"3****************{somebody.Number[^1]}", browser.Body, StringComparison.Ordinal);
        Assert.All(browser.Trail, address => Assert.DoesNotContain(somebody.Number, address.AbsoluteUri, StringComparison.Ordinal));
        Assert.DoesNotContain(somebody.Number, browser.Body, StringComparison.Ordinal);
        var (_, tokens) = await backbone.Host.RedeemAsync(await ProtocolFixture.CodeAsync(person, scope: "openid profile"));
        var told = tokens.ToJsonString() + ProtocolFixture.Part((string)tokens["id_token"]!, 1).ToJsonString()
            + (await backbone.Host.UserInfoAsync((string)tokens["access_token"]!)).Body.ToJsonString()
            + (await backbone.Host.IntrospectAsync((string)tokens["access_token"]!)).ToJsonString();
        Assert.DoesNotContain(somebody.Number, told, StringComparison.Ordinal);
        var audit = await backbone.AuditAsync();
        Assert.Contains("\"action\":\"real-name-verify\"", audit, StringComparison.Ordinal);
        Assert.Contains("do_not_belong", audit, StringComparison.Ordinal);
        var row = await backbone.InDatabaseAsync(db => db.RealNames.SingleAsync(name => name.AccountId == person.Account));
        foreach (var secret in (string[])[somebody.Number, somebody.Number[..17], somebody.Name])
        {
            Assert.DoesNotContain(secret, audit, StringComparison.Ordinal);
            Assert.Equal(-1, row.SealedNumber.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)));
            Assert.Equal(-1, row.SealedName.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)));
        }

        Assert.All(backbone.Files, file => Assert.DoesNotContain(somebody.Number, OpenFile.ReadText(file), StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_number_is_one_account_and_whose_it_is_is_told_to_nobody()
    {
        var somebody = PersonFixture.Somebody(1);
        var first = await backbone.Host.VerifiedAsync(somebody);
        var second = await backbone.Host.SignInAsync();
        using var browser = backbone.Host.BrowserOf(second);

        // Who does not know the name learns nothing of the number.
        await PersonFixture.VerifyAsync(browser, "王小明", somebody.Number);
        Assert.Contains("姓名和号码不一致", browser.Body, StringComparison.Ordinal);
        await PersonFixture.VerifyAsync(browser, somebody.Name, somebody.Number);

        Assert.Equal(422, (int)browser.Status);
        Assert.Contains("已用于另一个账户", browser.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(first.Account.ToString(), browser.Body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("138****", browser.Body, StringComparison.Ordinal);
        Assert.Contains("number_taken", await backbone.AuditAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await backbone.InDatabaseAsync(db => db.RealNames.CountAsync(row => row.AccountId == first.Account || row.AccountId == second.Account)));
    }

    [Fact]
    public async Task Of_two_accounts_that_bring_one_number_at_once_one_gets_it()
    {
        var somebody = PersonFixture.Somebody(2);
        var people = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => backbone.Host.SignInAsync()));
        var browsers = people.Select(person => backbone.Host.BrowserOf(person)).ToList();
        await Task.WhenAll(browsers.Select(browser => browser.GoAsync("/account/real-name")));

        await Task.WhenAll(browsers.Select(browser => PersonFixture.VerifyAsync(browser, somebody.Name, somebody.Number)));

        Assert.Equal([200, 422], browsers.Select(browser => (int)browser.Status).Order());
        Assert.Equal(1, await backbone.InDatabaseAsync(db => db.RealNames.CountAsync(
            row => people.Select(person => person.Account).Contains(row.AccountId))));
        browsers.ForEach(browser => browser.Dispose());
    }

    [Fact]
    public async Task Guesses_end_for_the_account_and_for_the_number()
    {
        var somebody = PersonFixture.Somebody(3);
        var person = await backbone.Host.SignInAsync();
        using var browser = backbone.Host.BrowserOf(person);
        for (var number = 0; number < 5; number++)
        {
            await PersonFixture.VerifyAsync(browser, "王小明", somebody.Number);
            Assert.Equal(422, (int)browser.Status);
        }

        await PersonFixture.VerifyAsync(browser, somebody.Name, somebody.Number);
        Assert.Equal(429, (int)browser.Status);
        using var other = backbone.Host.BrowserOf(await backbone.Host.SignInAsync());
        await PersonFixture.VerifyAsync(other, somebody.Name, somebody.Number);
        Assert.Equal(429, (int)other.Status);

        backbone.Host.Clock.Advance(TimeSpan.FromMinutes(11));
        await backbone.Host.ProveAgainAsync(person);
        await PersonFixture.VerifyAsync(browser, somebody.Name, somebody.Number);
        Assert.Equal("/account/level", browser.Address.AbsolutePath);
    }

    [Fact]
    public async Task The_level_stays_with_the_number_when_the_name_changes_and_another_number_is_refused()
    {
        var somebody = PersonFixture.Somebody(4);
        var person = await backbone.Host.VerifiedAsync(somebody);
        using var browser = backbone.Host.BrowserOf(person);

        await PersonFixture.VerifyAsync(browser, PersonFixture.Somebody(5).Name, PersonFixture.Somebody(5).Number);
        Assert.Equal(422, (int)browser.Status);
        Assert.Contains("不能更换号码", browser.Body, StringComparison.Ordinal);

        await backbone.InDatabaseAsync(db => db.Users.Where(account => account.Id == person.Account)
            .ExecuteUpdateAsync(set => set.SetProperty(account => account.DisplayName, "新名字")));
        await browser.GoAsync("/account/level");
        Assert.Contains("3****************", browser.Body, StringComparison.Ordinal);
        await PersonFixture.VerifyAsync(browser, somebody.Name, somebody.Number);
        Assert.Equal("/account/level", browser.Address.AbsolutePath);
        Assert.Equal(somebody.Name, await backbone.InDatabaseAsync(db => db.Users.Where(account => account.Id == person.Account)
            .Select(account => account.DisplayName).SingleAsync()));
    }

    [Theory]
    [InlineData("", "请输入公民身份号码")]
    [InlineData("379999900307002", "15 位的旧号码")]
    [InlineData("379999199003070020", "不是有效格式的号码")]
    [InlineData("91370000MA0000000X", "不是有效格式的号码")]
    public async Task A_number_that_is_none_is_refused_before_anybody_is_asked(string number, string why)
    {
        using var browser = backbone.Host.BrowserOf(await backbone.Host.SignInAsync());

        await PersonFixture.VerifyAsync(browser, "王小明", number);

        Assert.Equal(422, (int)browser.Status);
        Assert.Contains(why, browser.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_no_proved_contact_proves_one_first_and_it_becomes_theirs()
    {
        var person = await backbone.Host.SignInAsync();
        await backbone.InDatabaseAsync(db => db.Users.Where(account => account.Id == person.Account)
            .ExecuteUpdateAsync(set => set.SetProperty(account => account.PhoneNumberConfirmed, false)));
        using var browser = backbone.Host.BrowserOf(person);
        await browser.GoAsync("/account/real-name");
        Assert.Equal("/account/level", browser.Address.AbsolutePath);
        await browser.FollowAsync("验证联系方式");
        await browser.SubmitAsync(new Dictionary<string, string> { ["identifier"] = $"{person.Account:N}@example.cn" });
        var code = backbone.Host.Services.GetRequiredService<Backbone.Identity.Notices.DevelopmentNotices>().Latest[0].Code!;
        await browser.SubmitAsync(new Dictionary<string, string> { ["code"] = code });

        // Somebody else at this computer does not go on with it.
        using var other = backbone.Host.BrowserOf(await backbone.Host.SignInAsync());
        foreach (System.Net.Cookie cookie in browser.Cookies.GetCookies(backbone.Host.Address))
        {
            if (cookie.Name == "bb-contact")
            {
                other.Cookies.Add(cookie);
            }
        }

        await other.GoAsync("/account/contact/confirm");
        Assert.Equal("/account/contact", other.Address.AbsolutePath);

        await browser.SubmitAsync(form: "/account/contact/confirm");
        Assert.Equal("/account/level", browser.Address.AbsolutePath);
        Assert.True(await backbone.InDatabaseAsync(db => db.Users.AnyAsync(account => account.Id == person.Account && account.EmailConfirmed)));
    }
}

/// <summary>One host per engine, begun by the first test: without its server a test is skipped, not failed.</summary>
public abstract class RealNameHost(bool postgres) : IAsyncLifetime
{
    private readonly Engine host = new(postgres);
    private bool begun;

    public PersonFixture Host => host;

    internal IEnumerable<string> Files => host.Files;

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

    internal async Task<T> InDatabaseAsync<T>(Func<IdentityDb, Task<T>> work)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<IdentityDb>());
    }

    /// <summary>The whole log, when nothing waits.</summary>
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

    private sealed class Engine(bool postgres) : PersonFixture
    {
        public IEnumerable<string> Files => OpenFile.Of(DataDirectory);

        protected override void Configure(FixtureSettings settings)
        {
            base.Configure(settings);
            settings.Postgres = postgres;
        }
    }
}

public sealed class RealNameOnSqliteHost() : RealNameHost(false);

public sealed class RealNameOnPostgresHost() : RealNameHost(true);

public sealed class RealNameOnSqliteTests(RealNameOnSqliteHost host) : RealNameTests(host), IClassFixture<RealNameOnSqliteHost>;

public sealed class RealNameOnPostgresTests(RealNameOnPostgresHost host) : RealNameTests(host), IClassFixture<RealNameOnPostgresHost>;

public sealed class RealNameSettingTests
{
    [Theory]
    [InlineData(null, false, true)]
    [InlineData("none", false, true)]
    [InlineData("simulator", true, true)]
    [InlineData("simulator", false, false)]
    [InlineData("police", true, false)]
    public void The_simulator_is_for_the_demonstration_alone_and_a_word_that_is_unknown_stops_the_start(string? source, bool demo, bool taken) =>
        Assert.Equal(taken, new RealNameOptionsBounds(new BackboneOptions { Demo = demo }).Validate(null, new RealNameOptions { Source = source }).Succeeded);

    [Fact]
    public void The_simulated_people_have_numbers_that_are_nobodys() => Assert.All(RealNameSimulator.People, person =>
    {
        Assert.True(Backbone.Platform.Entities.ResidentIdentityNumber.IsOne(person.Number));
        Assert.StartsWith("379999", person.Number, StringComparison.Ordinal);
    });
}
