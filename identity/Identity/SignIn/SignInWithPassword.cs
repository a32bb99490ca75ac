using Backbone.Audit.Contracts;
using Backbone.Identity.Accounts;
using Backbone.Identity.Events;
using Backbone.Identity.Limits;
using Backbone.Identity.Sessions;
using Backbone.Identity.Storage;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Backbone.Identity.SignIn;

/// <summary>
/// Name and password on one page. A wrong password and a name nobody has are the same answer after the same work, and lock the same way.
/// </summary>
internal static class SignInWithPassword
{
    public const string LimitKind = "sign-in";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/sign-in", Show).WithName("identity.sign-in").AllowAnonymous();
        endpoints.MapPost("/sign-in", Submit).WithName("identity.sign-in.password").AllowAnonymous().AddEndpointFilter(SignInGuard.Filter);
    }

    private static IResult Show(HttpContext http, [FromQuery(Name = "return")] string? back, [FromQuery] string? prompt)
    {
        var target = LocalPath.OrRoot(back);
        return http.User.AccountId() is not null && prompt != "login" ? new SeeOther(target)
            : new RazorComponentResult(typeof(SignInPage), new { Return = target, Again = http.User.AccountId() is not null });
    }

    private static async Task<IResult> Submit(
        HttpContext http, [FromForm] string? name, [FromForm] string? password, [FromForm(Name = "return")] string? back,
        IdentityDb db, IPasswordHasher<Account> hasher, CheckPassword check, SignInLimits limits, PendingSignIn pending,
        BrowserSessions sessions, IAuditTrail trail, IStringLocalizer<SignInTexts> words)
    {
        var cancellation = http.RequestAborted;
        var target = LocalPath.OrRoot(back);
        var normal = SignInNames.Normalize(name);
        if (normal is null || string.IsNullOrEmpty(password))
        {
            return Page(http, target, name ?? "", words["SignIn_Empty"], 422);
        }

        // 1. Locked names are refused before anything is looked up.
        var context = EventContext.Of(http);
        var account = await SignInNames.FindAsync(db, normal, cancellation);
        if (await limits.TryAsync(LimitKind, normal, cancellation) is { } until)
        {
            await trail.AppendAsync(IdentityEvents.SignInRefused(context, account?.Id, "locked", SignInMethods.Password), cancellation);
            return Page(http, target, name!, words["SignIn_Locked", SignInTimes.Clock(until)], 429);
        }

        // 2. The same work for everyone.
        var verified = check.Handle(hasher, account, password);
        if (account is null || verified == PasswordVerificationResult.Failed)
        {
            await trail.AppendAsync(
                IdentityEvents.SignInRefused(context, account?.Id, account is null ? "unknown_name" : "wrong_password", SignInMethods.Password),
                cancellation);
            return Page(http, target, name!, words["SignIn_Wrong"], 422);
        }

        if (account.IsDisabled)
        {
            await trail.AppendAsync(IdentityEvents.SignInRefused(context, account.Id, "account_disabled", SignInMethods.Password), cancellation);
            return Page(http, target, name!, words["SignIn_Wrong"], 422);
        }

        if (verified == PasswordVerificationResult.SuccessRehashNeeded)
        {
            account.PasswordHash = hasher.HashPassword(account, password);
        }

        // 3. Whoever has a second factor, and all staff, owe it.
        if (account.TwoFactorEnabled)
        {
            return await OweAsync("/sign-in/second-factor");
        }

        if (account.Kind == AccountKind.Staff)
        {
            // A passkey is a second factor they have. Letting the password alone set up another would take it away.
            if (!await db.UserPasskeys.AnyAsync(passkey => passkey.UserId == account.Id, cancellation))
            {
                return await OweAsync(SetUpSecondFactor.Path);
            }

            await trail.AppendAsync(
                IdentityEvents.SignInRefused(context, account.Id, "passkey_required", SignInMethods.Password), cancellation);
            return Page(http, target, name!, words["SignIn_UsePasskey"], 422);
        }

        await sessions.SignInAsync(http, account, [SignInMethods.Password], cancellation);
        await limits.ForgetAsync(LimitKind, normal, cancellation);
        return new SeeOther(target);

        async Task<SeeOther> OweAsync(string page)
        {
            db.Record(IdentityEvents.FirstFactorAccepted(context, account.Id));
            await db.SaveChangesAsync(cancellation);
            pending.Begin(http, account);
            return new SeeOther(page + "?return=" + Uri.EscapeDataString(target));
        }
    }

    private static RazorComponentResult Page(HttpContext http, string target, string name, string? error, int status) =>
        new(typeof(SignInPage), new { Return = target, Name = name, Error = error, Again = http.User.AccountId() is not null }) { StatusCode = status };
}
