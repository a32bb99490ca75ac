using Backbone.Identity.Passkeys;
using Backbone.Identity.Storage;
using Microsoft.AspNetCore.Identity;

namespace Backbone.Identity.AccountPages.Security;

/// <summary>How an account may be signed in to.</summary>
internal sealed record SecurityFacts(AccountKind Kind, bool HasTotp, int RecoveryCodes, IReadOnlyList<PasskeyView> Passkeys)
{
    /// <summary>Below this the pages suggest new codes.</summary>
    public const int FewCodes = 3;

    /// <summary>Staff keep at least one second factor; a passkey with user verification is one.</summary>
    public bool MayRemoveTotp => Kind == AccountKind.Citizen || Passkeys.Count > 0;

    public bool MayRemovePasskey => Kind == AccountKind.Citizen || HasTotp || Passkeys.Count > 1;

    public static async Task<SecurityFacts> OfAsync(Account account, UserManager<Account> accounts)
    {
        var passkeys = await accounts.GetPasskeysAsync(account);
        return new SecurityFacts(
            account.Kind,
            await accounts.GetTwoFactorEnabledAsync(account),
            await accounts.CountRecoveryCodesAsync(account),
            [.. passkeys.Select(PasskeyView.Of).OrderBy(passkey => passkey.CreatedAt)]);
    }
}
