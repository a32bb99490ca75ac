using Backbone.Identity.Events;
using Backbone.Identity.Notices;
using Backbone.Identity.Storage;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Localization;

namespace Backbone.Identity.AccountPages.Security;

/// <summary>GET and POST /account/security/totp/remove. Staff only when a passkey stays as second factor.</summary>
internal static class RemoveTotp
{
    private const string Path = "/account/security/totp/remove";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, Show).WithName("identity.account.totp.remove").RequireAuthorization().RequireRecentSignIn(Path);
        endpoints.MapPost(Path, Remove).WithName("identity.account.totp.removed").RequireAuthorization().RequireRecentSignIn(Path);
    }

    private static async Task<IResult> Show(HttpContext http, UserManager<Account> accounts, IStringLocalizer<AccountTexts> words)
    {
        var facts = await SecurityFacts.OfAsync(await accounts.AskingAsync(http), accounts);
        return facts.MayRemoveTotp ? new RazorComponentResult(typeof(RemoveTotpPage)) : LastFactor(words);
    }

    private static async Task<IResult> Remove(
        HttpContext http,
        UserManager<Account> accounts,
        IUserStore<Account> store,
        IdentityDb db,
        TellOwner tell,
        IStringLocalizer<AccountTexts> words,
        CancellationToken cancellation)
    {
        var account = await accounts.AskingAsync(http);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var facts = await SecurityFacts.OfAsync(account, accounts);
        if (!facts.MayRemoveTotp)
        {
            db.Record(AccountEvents.LastFactorKept(http, IdentityKinds.AuthenticatorRemove));
            await db.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            return LastFactor(words);
        }

        if (facts.HasTotp)
        {
            (await accounts.SetTwoFactorEnabledAsync(account, false)).OrThrow();
            (await accounts.RemoveAuthenticationTokenAsync(account, "[AspNetUserStore]", "AuthenticatorKey")).OrThrow();
            await ((IUserTwoFactorRecoveryCodeStore<Account>)store).ReplaceCodesAsync(account, [], cancellation);
            db.Record(AccountEvents.TotpRemoved(http));
            await db.SaveChangesAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        if (facts.HasTotp)
        {
            await tell.OfAsync(NoticeKind.AuthenticatorRemoved, account);
        }

        return new SeeOther(ShowSecurity.Path + "?done=totp-off");
    }

    /// <summary>The refusal both factors share.</summary>
    public static PageProblem LastFactor(IStringLocalizer<AccountTexts> words) => new(AccountProblems.LastSecondFactor)
    {
        Title = words["Factor_LastTitle"],
        Explanation = words["Factor_LastText"],
        Exits = [new ProblemExit(ShowSecurity.Path, words["Factor_LastExit"])],
    };
}
