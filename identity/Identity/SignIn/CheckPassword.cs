using Backbone.Identity.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.SignIn;

/// <summary>One hash verification per try, whether the account exists or not: the time of an answer names nobody.</summary>
internal sealed class CheckPassword(IServiceScopeFactory scopes)
{
    /// <summary>Longer input is refused unread: hashing it would be our work, not the sender's.</summary>
    public const int MaxLength = 128;

    private static readonly Account Nobody = new() { Kind = AccountKind.Citizen, DisplayName = "-", CreatedAt = default };

    private readonly Lazy<string> _hashOfNothing = new(() =>
    {
        using var scope = scopes.CreateScope();
        return scope.ServiceProvider.GetRequiredService<IPasswordHasher<Account>>().HashPassword(Nobody, Guid.Empty.ToString("N"));
    });

    public PasswordVerificationResult Handle(IPasswordHasher<Account> hasher, Account? account, string typed)
    {
        var known = account?.PasswordHash;
        var result = hasher.VerifyHashedPassword(account ?? Nobody, known ?? _hashOfNothing.Value, typed.Length > MaxLength ? "" : typed);
        return known is null || typed.Length is 0 or > MaxLength ? PasswordVerificationResult.Failed : result;
    }
}
