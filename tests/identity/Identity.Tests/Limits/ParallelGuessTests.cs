using System.Net;
using Backbone.Identity.Notices;
using Backbone.Identity.Register;
using Backbone.Identity.Storage;
using Backbone.Identity.Tests.Register;
using Backbone.Identity.Tests.SignIn;
using Backbone.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.Tests.Limits;

/// <summary>An attacker sends two hundred guesses at once. What is looked at stays within the bound that holds for one after the other.</summary>
public abstract class ParallelGuessTests(GuessedHost host) : IAsyncLifetime
{
    private const int Salvo = 200;
    private const int Bound = 5;

    public async ValueTask InitializeAsync() => await host.StartAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Of_200_passwords_at_once_five_are_looked_at_and_then_the_right_one_is_refused()
    {
        var person = await host.NewPersonAsync();
        using var browser = host.NewBrowser();
        await browser.GoAsync("/sign-in?return=%2Faccount");
        host.Hasher.Clear();

        var answers = await browser.SalvoAsync(Salvo, i => new Dictionary<string, string> { ["name"] = person.Name, ["password"] = $"guess number {i}" });

        Assert.Equal(Bound, host.Hasher.Verified);
        Assert.Equal(Bound, answers.Count(status => status == HttpStatusCode.UnprocessableEntity));
        Assert.Equal(Salvo - Bound, answers.Count(status => status == HttpStatusCode.TooManyRequests));
        using var owner = await host.TryAsync(person.Name);
        Assert.Equal(HttpStatusCode.TooManyRequests, owner.Status);
        Assert.Equal(Bound, host.Hasher.Verified);
    }

    [Fact]
    public async Task Of_200_second_factors_at_once_five_are_looked_at()
    {
        var person = await host.NewPersonAsync(staff: true, totp: true);
        using var browser = await host.TryAsync(person.Name);
        Assert.Equal("/sign-in/second-factor", browser.Address.AbsolutePath);
        var near = Enumerable.Range(-2, 5).Select(steps => person.Code(steps)).ToHashSet();
        var wrong = Enumerable.Range(0, 1_000_000).Select(number => number.ToString("D6", null)).Where(code => !near.Contains(code)).Take(Salvo).ToList();

        var answers = await browser.SalvoAsync(Salvo, i => new Dictionary<string, string> { ["code"] = wrong[i] });

        Assert.Equal(Bound, answers.Count(status => status == HttpStatusCode.UnprocessableEntity));
        Assert.Equal(Salvo - Bound, answers.Count(status => status == HttpStatusCode.TooManyRequests));
        await browser.SubmitAsync(new Dictionary<string, string> { ["code"] = person.Code() });
        Assert.Equal(HttpStatusCode.TooManyRequests, browser.Status);
    }

    [Fact]
    public async Task One_recovery_code_sent_200_times_at_once_signs_in_once()
    {
        var person = await host.NewPersonAsync(staff: true, totp: true);
        using var browser = await host.TryAsync(person.Name);
        await browser.GoAsync("/sign-in/recovery");

        var answers = await browser.SalvoAsync(Salvo, _ => new Dictionary<string, string> { ["code"] = person.Codes[0] });

        Assert.Equal(1, answers.Count(status => status is HttpStatusCode.SeeOther));
        Assert.DoesNotContain(answers, status => (int)status >= 500);
    }

    [Fact]
    public async Task Of_200_codes_at_once_five_are_looked_at_and_the_right_one_is_dead_afterwards()
    {
        ForgetOtherTests();
        using var journey = new RegistrationJourney(host.Backbone);
        await journey.AskAsync($"guessed-{host.NextNumber()}@example.cn");
        var before = Count(await host.AuditAsync(), "code_wrong");

        var answers = await journey.Browser.SalvoAsync(Salvo, i => new Dictionary<string, string> { ["code"] = journey.WrongCode(i + 1) });

        Assert.All(answers, status => Assert.Equal(HttpStatusCode.UnprocessableEntity, status));
        Assert.Equal(CheckCode.MaxTries, Count(await host.AuditAsync(), "code_wrong") - before);
        await journey.EnterAsync(journey.Code);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, journey.Browser.Status);
    }

    [Fact]
    public async Task Of_200_requests_for_a_code_at_once_five_send_a_message()
    {
        var to = $"flooded-{host.NextNumber()}@example.cn";
        ForgetOtherTests();

        var answers = await Task.WhenAll(Enumerable.Range(0, Salvo).Select(async _ =>
        {
            using var journey = new RegistrationJourney(host.Backbone);
            await journey.AskAsync(to);
            return journey.Browser.Status;
        }));

        var sent = host.Backbone.Services.GetRequiredService<DevelopmentNotices>().Latest.Count(notice => notice.To.Value == to);
        Assert.Equal(CodeLimits.PerIdentifier, sent);
        Assert.Equal(CodeLimits.PerIdentifier, answers.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(Salvo - CodeLimits.PerIdentifier, answers.Count(status => status == HttpStatusCode.TooManyRequests));
    }

    /// <summary>They asked for codes from this address, too.</summary>
    private void ForgetOtherTests() => host.Clock.Advance(CodeLimits.Window + TimeSpan.FromMinutes(1));

    private static int Count(string audit, string reason) => audit.Split($"\"reason\":\"{reason}\"").Length - 1;
}

/// <summary>A host that counts how many passwords it compared.</summary>
public abstract class GuessedHost : SignInHost
{
    private int number;

    internal CountedHasher Hasher { get; } = new();

    internal int NextNumber() => Interlocked.Increment(ref number);

    protected override void Adjust(IServiceCollection services)
    {
        var real = services.Last(service => service.ServiceType == typeof(IPasswordHasher<Account>));
        services.AddScoped<IPasswordHasher<Account>>(provider => Hasher.Around((IPasswordHasher<Account>)(
            real.ImplementationInstance ?? real.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, real.ImplementationType!))));
    }

    /// <summary>The real hasher, counted.</summary>
    internal sealed class CountedHasher
    {
        private int verified;

        public int Verified => Volatile.Read(ref verified);

        public void Clear() => Interlocked.Exchange(ref verified, 0);

        public IPasswordHasher<Account> Around(IPasswordHasher<Account> real) => new Counting(this, real);

        private sealed class Counting(CountedHasher counter, IPasswordHasher<Account> real) : IPasswordHasher<Account>
        {
            public string HashPassword(Account user, string password) => real.HashPassword(user, password);

            public PasswordVerificationResult VerifyHashedPassword(Account user, string hashedPassword, string providedPassword)
            {
                Interlocked.Increment(ref counter.verified);
                return real.VerifyHashedPassword(user, hashedPassword, providedPassword);
            }
        }
    }
}

public sealed class SqliteGuessedHost : GuessedHost
{
    protected override bool Postgres => false;
}

public sealed class PostgresGuessedHost : GuessedHost
{
    protected override bool Postgres => true;
}

public sealed class ParallelGuessOnSqliteTests(SqliteGuessedHost host) : ParallelGuessTests(host), IClassFixture<SqliteGuessedHost>;

public sealed class ParallelGuessOnPostgresTests(PostgresGuessedHost host) : ParallelGuessTests(host), IClassFixture<PostgresGuessedHost>;
