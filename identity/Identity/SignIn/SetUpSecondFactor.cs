using Backbone.Identity.AccountPages;
using Backbone.Identity.AccountPages.Security;
using Backbone.Identity.Accounts;
using Backbone.Identity.Events;
using Backbone.Identity.Limits;
using Backbone.Identity.Notices;
using Backbone.Identity.Sessions;
using Backbone.Identity.Storage;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Localization;

namespace Backbone.Identity.SignIn;

/// <summary>
/// Staff whose password is right and who have no second factor at all set up an authenticator here; its first code completes the sign-in.
/// Whoever has one never gets here: a password alone must not replace it.
/// </summary>
internal static class SetUpSecondFactor
{
    public const string Path = "/sign-in/set-up";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, Show).WithName("identity.sign-in.set-up.show").AllowAnonymous();
        endpoints.MapPost(Path, Submit).WithName("identity.sign-in.set-up").AllowAnonymous().AddEndpointFilter(SignInGuard.Filter);
    }

    private static async Task<IResult> Show(
        HttpContext http, [FromQuery(Name = "return")] string? back, IdentityDb db, PendingSignIn pending, UserManager<Account> accounts,
        TotpEnrolments enrolments)
    {
        var target = LocalPath.OrRoot(back);
        return await FindAsync(http, db, pending, accounts) is { } proved
            ? Page(target, enrolments.New(proved.Account, proved.Id), null)
            : Restart(target);
    }

    private static async Task<IResult> Submit(
        HttpContext http, [FromForm] string? enrolment, [FromForm] string? code, [FromForm(Name = "return")] string? back, IdentityDb db,
        PendingSignIn pending, UserManager<Account> accounts, AccountStore store, TotpEnrolments enrolments, RecoveryCodes recovery,
        BrowserSessions sessions, SignInLimits limits, TellOwner tell, TimeProvider clock, IStringLocalizer<AccountTexts> words)
    {
        var cancellation = http.RequestAborted;
        var target = LocalPath.OrRoot(back);
        if (await FindAsync(http, db, pending, accounts) is not var (account, id))
        {
            return Restart(target);
        }

        if (!enrolments.TryOpen(account, id, enrolment, out var offered))
        {
            return Page(target, enrolments.New(account, id), words["Totp_Error_Expired"]);
        }

        var context = EventContext.Of(http);
        var digits = new string([.. (code ?? "").Where(char.IsAsciiDigit)]);
        if (TotpCode.StepOf(offered.Secret, digits, clock.GetUtcNow()) is not { } step)
        {
            db.Record(IdentityEvents.CredentialRefused(context, IdentityKinds.AuthenticatorAdd, account.Id, "wrong_code"));
            await db.SaveChangesAsync(cancellation);
            return Page(target, offered, words[digits.Length == 0 ? "Totp_Error_Empty" : "Totp_Error_Wrong"]);
        }

        // The secret, the switch, the codes, the session and the events: all or none.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await store.SetAuthenticatorKeyAsync(account, offered.Secret, cancellation);
        account.LastTotpStep = step;
        if (!(await accounts.SetTwoFactorEnabledAsync(account, true)).Succeeded)
        {
            // Another browser with the same password was first; the account's second factor is theirs to show.
            return Restart(target);
        }

        var codes = await recovery.RenewAsync(account);
        db.Record(IdentityEvents.CredentialChanged(context, IdentityKinds.AuthenticatorAdd, account.Id));
        var session = await sessions.SignInAsync(
            http, account, [SignInMethods.Password, SignInMethods.OneTimePassword, SignInMethods.MultiFactor], cancellation);
        await transaction.CommitAsync(cancellation);
        await tell.OfAsync(NoticeKind.AuthenticatorAdded, account);
        foreach (var name in SignInNames.Of(account))
        {
            await limits.ForgetAsync(SignInWithPassword.LimitKind, name, cancellation);
        }

        pending.End(http);
        recovery.Carry(http, session.Id, codes);
        return new SeeOther($"{RenewRecoveryCodes.Shown}?done=totp-on&return={Uri.EscapeDataString(target)}");
    }

    /// <summary>Proved their password and have nothing else to prove.</summary>
    private static async Task<ProvedPassword?> FindAsync(HttpContext http, IdentityDb db, PendingSignIn pending, UserManager<Account> accounts) =>
        await pending.FindAsync(http, db, http.RequestAborted) is { Account: { Kind: AccountKind.Staff, TwoFactorEnabled: false } } proved
        && (await accounts.GetPasskeysAsync(proved.Account)).Count == 0
            ? proved
            : null;

    private static SeeOther Restart(string target) => new("/sign-in?return=" + Uri.EscapeDataString(target));

    private static RazorComponentResult Page(string target, TotpEnrolment offered, string? error) =>
        new(typeof(SetUpSecondFactorPage), new { Model = offered, Return = target, Error = error }) { StatusCode = error is null ? 200 : 422 };
}
