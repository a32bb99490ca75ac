using System.Buffers.Binary;
using Backbone.Identity.Accounts;
using Backbone.Identity.Storage;
using Backbone.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.Tests.Passwords;

/// <summary>What a stolen hash costs whoever guesses at it. The host's own cost here, where other tests take a cheap one.</summary>
public sealed class PasswordCostTests
{
    private const string Setting = "Backbone:Identity:Accounts:PasswordIterations";

    [Theory(DisplayName = "OWASP Password Storage: 210,000 rounds of PBKDF2-HMAC-SHA512, or as many more as the operator sets")]
    [InlineData(null, 210_000)]
    [InlineData("300000", 300_000)]
    public async Task Rounds(string? set, int rounds)
    {
        await using var backbone = await BackboneFixture.StartAsync(settings =>
        {
            settings.PasswordRounds = null;
            settings.Modules = "identity";
            if (set is not null)
            {
                settings.Settings[Setting] = set;
            }
        });
        await using var scope = backbone.Services.CreateAsyncScope();

        var somebody = new Account { Kind = AccountKind.Citizen, DisplayName = "-", CreatedAt = default };
        var hash = scope.ServiceProvider.GetRequiredService<IPasswordHasher<Account>>().HashPassword(somebody, "zhuo-mian lan hua 7431");

        Assert.Equal(("HMAC-SHA512", rounds), CostOf(hash));
    }

    [Theory]
    [InlineData(209_999)]
    [InlineData(10_000_001)]
    public void Cheaper_or_endless_rounds_are_refused_with_bound_and_value(int set)
    {
        var answer = new AccountOptionsBounds().Validate(null, new AccountOptions { PasswordIterations = set });

        Assert.True(answer.Failed);
        Assert.Equal($"{Setting} must be 210000–10000000 (iterations), but is {set}.", answer.FailureMessage);
    }

    /// <summary>Read from the hash itself, ASP.NET Core Identity's format 3: marker, function, rounds (big-endian).</summary>
    internal static (string Function, int Rounds) CostOf(string hash)
    {
        var bytes = Convert.FromBase64String(hash);
        Assert.Equal(1, bytes[0]);
        return (BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(1)) == 2 ? "HMAC-SHA512" : "another", BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(5)));
    }
}
