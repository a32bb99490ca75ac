using Backbone.Identity.Events;
using Backbone.Identity.Notices;
using Backbone.Identity.Storage;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Localization;

namespace Backbone.Identity.AccountPages.Security;

/// <summary>GET and POST /account/security/totp: set up an authenticator or replace it; the first code confirms.</summary>
internal static class SetUpTotp
{
    public const string Path = "/account/security/totp";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, Show).WithName("identity.account.totp").RequireAuthorization().RequireRecentSignIn(Path);
        endpoints.MapPost(Path, Confirm).WithName("identity.account.totp.confirm").RequireAuthorization().RequireRecentSignIn(Path);
    }

    private static async Task<IResult> Show(HttpContext http, UserManager<Account> accounts, TotpEnrolments enrolments)
    {
        var account = await accounts.AskingAsync(http);
        return Page(enrolments.New(account, Asker.Of(http.User).Session), null);
    }

    private static async Task<IResult> Confirm(
        HttpContext http,
        [FromForm(Name = "enrolment")] string? posted,
        [FromForm(Name = "code")] string? code,
        UserManager<Account> accounts,
        IUserStore<Account> store,
        IdentityDb db,
        TotpEnrolments enrolments,
        RecoveryCodes recovery,
        TellOwner tell,
        TimeProvider clock,
        IStringLocalizer<AccountTexts> words,
        CancellationToken cancellation)
    {
        var account = await accounts.AskingAsync(http);
        var session = Asker.Of(http.User).Session;
        if (!enrolments.TryOpen(account, session, posted, out var enrolment))
        {
            return Page(enrolments.New(account, session), words["Totp_Error_Expired"]);
        }

        var digits = new string([.. (code ?? "").Where(char.IsAsciiDigit)]);
        if (digits.Length == 0)
        {
            return Page(enrolment, words["Totp_Error_Empty"]);
        }

        if (TotpCode.StepOf(enrolment.Secret, digits, clock.GetUtcNow()) is not { } step)
        {
            db.Record(AccountEvents.TotpRefused(http, "wrong_code"));
            await db.SaveChangesAsync(cancellation);
            return Page(enrolment, words["Totp_Error_Wrong"]);
        }

        // The secret, the switch, the codes and the event: all or none.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var first = !await accounts.GetTwoFactorEnabledAsync(account);
        await ((IUserAuthenticatorKeyStore<Account>)store).SetAuthenticatorKeyAsync(account, enrolment.Secret, cancellation);
        account.LastTotpStep = step;
        (await accounts.SetTwoFactorEnabledAsync(account, true)).OrThrow();
        var codes = first ? await recovery.RenewAsync(account) : [];
        db.Record(AccountEvents.TotpSetUp(http, replaced: !first));
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        await tell.OfAsync(first ? NoticeKind.AuthenticatorAdded : NoticeKind.AuthenticatorReplaced, account);
        if (!first)
        {
            return new SeeOther(ShowSecurity.Path + "?done=totp-on");
        }

        recovery.Carry(http, codes);
        return new SeeOther(RenewRecoveryCodes.Shown + "?done=totp-on");
    }

    private static RazorComponentResult Page(TotpEnrolment enrolment, string? error) =>
        new(typeof(TotpPage), new { Model = enrolment, Error = error }) { StatusCode = error is null ? 200 : 422 };
}
