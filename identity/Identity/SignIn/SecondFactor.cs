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
using Microsoft.Extensions.Localization;

namespace Backbone.Identity.SignIn;

/// <summary>The second factor: a code of the authenticator app, or on its own page one of the recovery codes.</summary>
internal static class SecondFactor
{
    public const string LimitKind = "factor";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/sign-in/second-factor", Show).WithName("identity.sign-in.second-factor.show").AllowAnonymous();
        endpoints.MapGet("/sign-in/recovery", Show).WithName("identity.sign-in.recovery.show").AllowAnonymous();
        endpoints.MapPost("/sign-in/second-factor", Submit).WithName("identity.sign-in.second-factor").AllowAnonymous()
            .AddEndpointFilter(SignInGuard.Filter);
        endpoints.MapPost("/sign-in/recovery", Submit).WithName("identity.sign-in.recovery").AllowAnonymous()
            .AddEndpointFilter(SignInGuard.Filter);
    }

    private static async Task<IResult> Show(
        HttpContext http, [FromQuery(Name = "return")] string? back, IdentityDb db, PendingSignIn pending)
    {
        var target = LocalPath.OrRoot(back);
        return await pending.FindAsync(http, db, http.RequestAborted) is null ? Restart(target) : Page(http, target, null, 200);
    }

    private static async Task<IResult> Submit(
        HttpContext http, [FromForm] string? code, [FromForm(Name = "return")] string? back, IdentityDb db, PendingSignIn pending,
        SignInLimits limits, VerifyTotp totp, UserManager<Account> accounts, BrowserSessions sessions, IAuditTrail trail,
        IStringLocalizer<SignInTexts> words)
    {
        var cancellation = http.RequestAborted;
        var target = LocalPath.OrRoot(back);
        if (await pending.FindAsync(http, db, cancellation) is not { Account: var account })
        {
            return Restart(target);
        }

        if (string.IsNullOrWhiteSpace(code))
        {
            return Page(http, target, words[IsRecovery(http) ? "Recovery_Empty" : "Factor_Empty"], 422);
        }

        var context = EventContext.Of(http);
        var method = IsRecovery(http) ? SignInMethods.RecoveryCode : SignInMethods.OneTimePassword;
        if (await limits.TryAsync(LimitKind, account.Id.ToString("D"), cancellation) is { } until)
        {
            await trail.AppendAsync(IdentityEvents.SignInRefused(context, account.Id, "locked", method), cancellation);
            return Page(http, target, words["SignIn_Locked", SignInTimes.Clock(until)], 429);
        }

        // Used code, event and session commit together: a code is never spent for a sign-in that did not happen, nor the other way round.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var right = IsRecovery(http)
            ? (await accounts.RedeemTwoFactorRecoveryCodeAsync(account, code.Length > 64 ? "" : code)).Succeeded
            : await totp.HandleAsync(account, code, cancellation);
        if (!right)
        {
            await transaction.RollbackAsync(cancellation);
            await trail.AppendAsync(IdentityEvents.SignInRefused(context, account.Id, "wrong_code", method), cancellation);
            return Page(http, target, words[IsRecovery(http) ? "Recovery_Wrong" : "Factor_Wrong"], 422);
        }

        if (IsRecovery(http))
        {
            db.Record(IdentityEvents.CredentialChanged(context, IdentityKinds.RecoveryCodeUse, account.Id));
        }

        await sessions.SignInAsync(http, account, [SignInMethods.Password, method, SignInMethods.MultiFactor], cancellation);
        await transaction.CommitAsync(cancellation);
        await limits.ForgetAsync(LimitKind, account.Id.ToString("D"), cancellation);
        foreach (var name in SignInNames.Of(account))
        {
            await limits.ForgetAsync(SignInWithPassword.LimitKind, name, cancellation);
        }

        pending.End(http);
        return new SeeOther(target);
    }

    private static bool IsRecovery(HttpContext http) => http.Request.Path == "/sign-in/recovery";

    private static SeeOther Restart(string target) => new("/sign-in?return=" + Uri.EscapeDataString(target));

    private static RazorComponentResult Page(HttpContext http, string target, string? error, int status) =>
        new(typeof(SecondFactorPage), new { Return = target, Recovery = IsRecovery(http), Error = error }) { StatusCode = status };
}
