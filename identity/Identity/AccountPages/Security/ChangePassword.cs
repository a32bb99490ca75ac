using Backbone.Identity.Events;
using Backbone.Identity.Limits;
using Backbone.Identity.Notices;
using Backbone.Identity.Sessions;
using Backbone.Identity.SignIn;
using Backbone.Identity.Storage;
using Backbone.Platform.Web.Components;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Localization;

namespace Backbone.Identity.AccountPages.Security;

/// <summary>GET and POST /account/security/password. A new password ends the person's other sessions: whoever knew the old one is out.</summary>
internal static class ChangePassword
{
    private const string Path = "/account/security/password";

    private const string LimitKind = "password-change";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, Show).WithName("identity.account.password").RequireAuthorization().RequireRecentSignIn(Path);
        endpoints.MapPost(Path, Change).WithName("identity.account.password.change").RequireAuthorization().RequireRecentSignIn(Path);
    }

    private static async Task<IResult> Show(HttpContext http, UserManager<Account> accounts) =>
        Page(await accounts.AskingAsync(http), []);

    private static async Task<IResult> Change(
        HttpContext http,
        [FromForm(Name = "current")] string? current,
        [FromForm(Name = "new")] string? chosen,
        UserManager<Account> accounts,
        EndSessions sessions,
        SignInLimits limits,
        IdentityDb db,
        TellOwner tell,
        IStringLocalizer<AccountTexts> words,
        CancellationToken cancellation)
    {
        var account = await accounts.AskingAsync(http);
        if (Missing(current, chosen, words) is { Count: > 0 } missing)
        {
            return Page(account, missing);
        }

        // An open browser must not become a place to guess the password at.
        var asker = Asker.Of(http.User);
        if (await limits.TryAsync(LimitKind, asker.Account.ToString("D"), cancellation) is { } until)
        {
            db.Record(AccountEvents.PasswordRefused(http, "locked"));
            await db.SaveChangesAsync(cancellation);
            return Page(account, [new FieldError("current", words["Password_Error_Locked", SignInTimes.Clock(until)])], 429);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var result = await accounts.ChangePasswordAsync(account, current!, chosen!);
        if (!result.Succeeded)
        {
            var error = result.Errors.First();
            await transaction.RollbackAsync(cancellation);
            db.ChangeTracker.Clear();
            db.Record(AccountEvents.PasswordRefused(http, ReasonOf(error)));
            await db.SaveChangesAsync(cancellation);
            return Page(account, [FieldErrorOf(error, words)]);
        }

        await sessions.OthersAsync(asker.Account, asker.Session, SessionEnd.PasswordChanged, EventContext.Of(http), cancellation);
        db.Record(AccountEvents.PasswordChanged(http));
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        await tell.OfAsync(NoticeKind.PasswordChanged, account);
        await limits.ForgetAsync(LimitKind, asker.Account.ToString("D"), cancellation);
        return new SeeOther(ShowSecurity.Path + "?done=password-changed");
    }

    private static List<FieldError> Missing(string? current, string? chosen, IStringLocalizer<AccountTexts> words)
    {
        List<FieldError> errors = [];
        if (string.IsNullOrEmpty(current))
        {
            errors.Add(new FieldError("current", words["Password_Error_CurrentEmpty"]));
        }

        if (string.IsNullOrEmpty(chosen))
        {
            errors.Add(new FieldError("new", words["Password_Error_NewEmpty"]));
        }
        else if (chosen == current)
        {
            errors.Add(new FieldError("new", words["Password_Error_Same"]));
        }

        return errors;
    }

    private static bool IsWrongCurrent(IdentityError error) => error.Code == nameof(IdentityErrorDescriber.PasswordMismatch);

    /// <summary>The rules name their refusals in the event's own form ("password_common") and bring the sentence along.</summary>
    private static string ReasonOf(IdentityError error) => IsWrongCurrent(error) ? "wrong_password" : error.Code;

    private static FieldError FieldErrorOf(IdentityError error, IStringLocalizer<AccountTexts> words) => IsWrongCurrent(error)
        ? new FieldError("current", words["Password_Error_Wrong"])
        : new FieldError("new", error.Description);

    private static RazorComponentResult Page(Account account, List<FieldError> errors, int refused = 422) =>
        new(typeof(PasswordPage), new { SignInName = account.Email ?? account.PhoneNumber ?? account.UserName, Errors = errors })
        {
            StatusCode = errors.Count == 0 ? 200 : refused,
        };
}
