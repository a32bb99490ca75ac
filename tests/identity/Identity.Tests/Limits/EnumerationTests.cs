using System.Net;
using System.Text.RegularExpressions;
using Backbone.Identity.Storage;
using Backbone.Identity.Tests.Passwords;
using Backbone.Identity.Tests.SignIn;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.Tests.Limits;

/// <summary>Whether an account exists is not to be read from an answer: not from its status, headers or body, nor from the work behind it.</summary>
public abstract partial class EnumerationTests(SignInHost host) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await host.StartAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact(DisplayName = "OWASP ASVS 6.3.8: known and unknown names get the same status, headers and body")]
    public async Task Same_answer()
    {
        var known = await host.NewPersonAsync();
        var staff = await host.NewPersonAsync(staff: true, totp: true);
        var unknown = "x" + known.Name[1..];

        var answers = new List<string>();
        foreach (var name in new[] { known.Name, staff.Name, unknown })
        {
            answers.Add(await AnswerAsync(name));
        }

        Assert.Equal(answers[0].Replace(known.Name, "", StringComparison.Ordinal), answers[1].Replace(staff.Name, "", StringComparison.Ordinal));
        Assert.Equal(answers[0].Replace(known.Name, "", StringComparison.Ordinal), answers[2].Replace(unknown, "", StringComparison.Ordinal));
    }

    [Fact(DisplayName = "OWASP ASVS 6.3.8: the lock of an unknown name looks as that of a known one")]
    public async Task Same_lock()
    {
        var known = await host.NewPersonAsync();
        var unknown = "y" + known.Name[1..];
        var answers = new Dictionary<string, string>();
        foreach (var name in new[] { known.Name, unknown })
        {
            for (var i = 0; i < 6; i++)
            {
                answers[name] = await AnswerAsync(name);
            }
        }

        Assert.StartsWith("TooManyRequests", answers[known.Name], StringComparison.Ordinal);
        Assert.Equal(answers[known.Name].Replace(known.Name, "", StringComparison.Ordinal), answers[unknown].Replace(unknown, "", StringComparison.Ordinal));
    }

    [Fact(DisplayName = "OWASP ASVS 6.3.8: one hash verification of the same cost per try, whoever is named")]
    public async Task Same_work()
    {
        var known = await host.NewPersonAsync();
        await using var scope = host.Backbone.Services.CreateAsyncScope();
        var check = scope.ServiceProvider.GetRequiredService<Backbone.Identity.SignIn.CheckPassword>();
        var account = await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().FindByIdAsync(known.Id.ToString("D"));
        var counted = new CountingHasher(scope.ServiceProvider.GetRequiredService<IPasswordHasher<Account>>());

        Assert.Equal(PasswordVerificationResult.Success, check.Handle(counted, account, SignInHost.Password));
        Assert.Equal(PasswordVerificationResult.Failed, check.Handle(counted, account, "wrong"));
        Assert.Equal(PasswordVerificationResult.Failed, check.Handle(counted, null, SignInHost.Password));
        Assert.Equal(PasswordVerificationResult.Failed, check.Handle(counted, null, new string('x', 100_000)));
        Assert.Equal(PasswordVerificationResult.Failed, check.Handle(counted, account, new string('x', 100_000)));

        Assert.Equal(5, counted.Verified.Count);
        Assert.Single(counted.Verified.Select(PasswordCostTests.CostOf).Distinct());
        Assert.All(counted.Lengths, length => Assert.True(length <= 128));
    }

    private async Task<string> AnswerAsync(string name)
    {
        using var client = host.Backbone.NewClient();
        var page = await client.GetStringAsync("/sign-in");
        var token = Token().Match(page).Groups[1].Value;
        using var answer = await client.PostAsync("/sign-in", new FormUrlEncodedContent(
            [new("_token", token), new("return", "/"), new("name", name), new("password", "not the password 1")]));
        var headers = answer.Headers.Concat(answer.Content.Headers)
            .Where(header => header.Key is not ("Date" or "X-Correlation-Id" or "traceparent" or "Content-Length"))
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}").Order(StringComparer.Ordinal);
        var body = Token().Replace(await answer.Content.ReadAsStringAsync(), "");
        Assert.NotEqual(HttpStatusCode.BadRequest, answer.StatusCode);
        return $"{answer.StatusCode}\n{string.Join('\n', headers)}\n{body}";
    }

    [GeneratedRegex("name=\"_token\"[^>]*value=\"([^\"]+)\"")]
    private static partial Regex Token();

    /// <summary>The real hasher, counted.</summary>
    private sealed class CountingHasher(IPasswordHasher<Account> real) : IPasswordHasher<Account>
    {
        public List<string> Verified { get; } = [];

        public List<int> Lengths { get; } = [];

        public string HashPassword(Account user, string password) => real.HashPassword(user, password);

        public PasswordVerificationResult VerifyHashedPassword(Account user, string hashedPassword, string providedPassword)
        {
            Verified.Add(hashedPassword);
            Lengths.Add(providedPassword.Length);
            return real.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }
}

public sealed class EnumerationOnSqliteTests(SqliteSignInHost host) : EnumerationTests(host), IClassFixture<SqliteSignInHost>;

public sealed class EnumerationOnPostgresTests(PostgresSignInHost host) : EnumerationTests(host), IClassFixture<PostgresSignInHost>;
