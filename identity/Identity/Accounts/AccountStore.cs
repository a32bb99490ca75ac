using System.Security.Cryptography;
using System.Text;
using Backbone.Identity.Storage;
using Backbone.Platform.Web.Keys;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;

namespace Backbone.Identity.Accounts;

/// <summary>
/// ASP.NET Core Identity's store with its two secrets made safe at rest: the authenticator key is sealed with the master key, recovery
/// codes are kept as keyed hashes. The stock store keeps both in clear.
/// </summary>
internal sealed class AccountStore(IdentityDb db, MasterKey master, IdentityErrorDescriber? describer = null)
    : UserStore<Account, IdentityRole<Guid>, IdentityDb, Guid>(db, describer)
{
    private const string Label = "accounts/authenticator-key";

    private readonly byte[] _codeKey = master.Derive("accounts/recovery-codes");

    public override Task SetAuthenticatorKeyAsync(Account user, string key, CancellationToken cancellationToken) =>
        base.SetAuthenticatorKeyAsync(user, Convert.ToBase64String(master.Seal(Label, Encoding.ASCII.GetBytes(key))), cancellationToken);

    public override async Task<string?> GetAuthenticatorKeyAsync(Account user, CancellationToken cancellationToken) =>
        await base.GetAuthenticatorKeyAsync(user, cancellationToken) is { } stored
            ? Encoding.ASCII.GetString(master.Open(Label, Convert.FromBase64String(stored)))
            : null;

    public override Task ReplaceCodesAsync(Account user, IEnumerable<string> recoveryCodes, CancellationToken cancellationToken) =>
        base.ReplaceCodesAsync(user, recoveryCodes.Select(code => HashOf(user, code)), cancellationToken);

    /// <summary>The stored hashes are what the base class keeps; a used one goes.</summary>
    public override async Task<bool> RedeemCodeAsync(Account user, string code, CancellationToken cancellationToken)
    {
        const string provider = "[AspNetUserStore]";
        const string name = "RecoveryCodes";
        var hashes = (await GetTokenAsync(user, provider, name, cancellationToken) ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries);
        var wanted = HashOf(user, code);
        if (!hashes.Contains(wanted, StringComparer.Ordinal))
        {
            return false;
        }

        await base.ReplaceCodesAsync(user, hashes.Where(hash => hash != wanted), cancellationToken);
        return true;
    }

    /// <summary>Case, blanks and hyphens are how a person copies it, not part of it.</summary>
    private string HashOf(Account user, string code)
    {
        var plain = string.Concat(code.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
        return Convert.ToHexString(HMACSHA256.HashData(_codeKey, Encoding.UTF8.GetBytes($"{user.Id:D}\n{plain}")));
    }
}
