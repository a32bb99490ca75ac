using System.Net;
using Backbone.Identity.Tests.SignIn;

namespace Backbone.Identity.Tests.Limits;

public abstract class LockTests(SignInHost host) : IAsyncLifetime
{
    private const int Bound = 5;

    public async ValueTask InitializeAsync() => await host.StartAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact(DisplayName = "NIST SP 800-63B-4 3.2.2: after the bound even the right password is refused, until the lock ends")]
    public async Task Lock_and_its_end()
    {
        var person = await host.NewPersonAsync();
        await FailAsync(person.Name, Bound);

        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(person.Name, SignInHost.Password));
        host.Clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(person.Name, SignInHost.Password));
        host.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(person.Name, SignInHost.Password));
        Assert.Contains("\"reason\":\"locked\"", await host.AuditAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_below_the_bound_the_right_password_still_works_and_clears_the_count()
    {
        var person = await host.NewPersonAsync();
        await FailAsync(person.Name, Bound - 1);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(person.Name, SignInHost.Password));

        await FailAsync(person.Name, Bound - 1);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(person.Name, SignInHost.Password));
    }

    [Fact]
    public async Task Writing_the_name_differently_gets_no_fresh_count()
    {
        var person = await host.NewPersonAsync();
        await FailAsync(person.Name, 2);
        await FailAsync(person.Name.ToUpperInvariant(), 2);
        await FailAsync($"  {person.Name} ", 1);

        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(person.Name, SignInHost.Password));
    }

    [Fact]
    public async Task Parallel_guesses_do_not_outrun_the_count()
    {
        var person = await host.NewPersonAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => StatusAsync(person.Name, "wrong")));

        Assert.Equal(Bound, answers.Count(status => status == HttpStatusCode.UnprocessableEntity));
        Assert.Equal(12 - Bound, answers.Count(status => status == HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task A_lock_survives_a_restart()
    {
        var person = await host.NewPersonAsync();
        var unknown = "z" + person.Name[1..];
        await FailAsync(person.Name, Bound);
        await FailAsync(unknown, Bound);

        await host.Backbone.RestartAsync();

        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(person.Name, SignInHost.Password));
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(unknown, SignInHost.Password));
    }

    private async Task FailAsync(string name, int times)
    {
        for (var i = 0; i < times; i++)
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, await StatusAsync(name, "wrong"));
        }
    }

    private async Task<HttpStatusCode> StatusAsync(string name, string password)
    {
        using var browser = await host.TryAsync(name, password);
        return browser.Status;
    }
}

public sealed class LockOnSqliteTests(SqliteSignInHost host) : LockTests(host), IClassFixture<SqliteSignInHost>;

public sealed class LockOnPostgresTests(PostgresSignInHost host) : LockTests(host), IClassFixture<PostgresSignInHost>;

/// <summary>A host where one network address may try five times a minute.</summary>
public sealed class NarrowSignInHost : SignInHost
{
    protected override bool Postgres => false;

    protected override IEnumerable<KeyValuePair<string, string>> Settings => [new("Backbone:Identity:Limits:SignInsPerAddressPerMinute", "5")];
}

public sealed class AddressLimitTests(NarrowSignInHost host) : IClassFixture<NarrowSignInHost>
{
    [Fact(DisplayName = "RFC 6585 4: too many sign-ins of one address get 429 and Retry-After, whatever the name")]
    public async Task Too_many()
    {
        await host.StartAsync();
        var person = await host.NewPersonAsync();
        for (var i = 0; i < 5; i++)
        {
            using var wrong = await host.TryAsync($"someone-else-{i}@example.cn", "wrong");
            Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        }

        using var browser = await host.TryAsync(person.Name);

        Assert.Equal(HttpStatusCode.TooManyRequests, browser.Status);
        Assert.Null(host.TicketOf(browser));
        Assert.Contains("\"reason\":\"too_many_requests\"", await host.AuditAsync(), StringComparison.Ordinal);
    }
}
