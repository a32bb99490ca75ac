using System.Text.Json;
using System.Text.Json.Nodes;
using Backbone.Audit.Contracts;
using Backbone.Identity.AccountPages;
using Backbone.Identity.Events;
using Backbone.Identity.Passkeys;
using Backbone.Identity.Sessions;
using Backbone.Identity.Storage;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Backbone.Identity.SignIn;

/// <summary>
/// A passkey signs in alone: what the person has, and what opened it (WebAuthn user verification, which we require). Nobody types a name, so
/// nothing tells whether an account exists. A lock of the name does not stop it: there is nothing to guess, and the owner must have a way in.
/// </summary>
internal static class SignInWithPasskey
{
    /// <summary>An assertion takes about 1 KB.</summary>
    private const int MaxBody = 16 * 1024;

    /// <summary>Nobody is signed in yet: the sealed cookie alone ties the challenge to the browser.</summary>
    private const string Nobody = "";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/sign-in/passkey/options", Options).WithName("identity.sign-in.passkey.options").AllowAnonymous();
        endpoints.MapPost("/sign-in/passkey", Complete).WithName("identity.sign-in.passkey").AllowAnonymous()
            .AddEndpointFilter(SignInGuard.Filter);
    }

    private static async Task<IResult> Options(
        HttpContext http, IAntiforgery antiforgery, IPasskeyHandler<Account> handler, PasskeyCeremony ceremony)
    {
        if (!await antiforgery.IsRequestValidAsync(http))
        {
            return new ScriptProblem(Problems.StaleForm);
        }

        // No account is named: the browser offers the passkeys it has for this host (discoverable credentials).
        var options = await handler.MakeRequestOptionsAsync(user: null, http);
        ceremony.Begin(http, PasskeyAct.SignIn, Nobody, options.AssertionState ?? "");
        return TypedResults.Text(options.RequestOptionsJson, "application/json");
    }

    private static async Task<IResult> Complete(
        HttpContext http, [FromQuery(Name = "return")] string? back, IAntiforgery antiforgery, UserManager<Account> accounts,
        IPasskeyHandler<Account> handler, PasskeyCeremony ceremony, IdentityDb db, BrowserSessions sessions, IAuditTrail trail)
    {
        var cancellation = http.RequestAborted;
        if (!await antiforgery.IsRequestValidAsync(http))
        {
            return new ScriptProblem(Problems.StaleForm);
        }

        if (await ReadAsync(http, cancellation) is not { } credential)
        {
            return new ScriptProblem(Problems.BadRequest);
        }

        if (await ceremony.TakeAsync(http, PasskeyAct.SignIn, Nobody, cancellation) is not { } state)
        {
            return await RefuseAsync(http, trail, AccountProblems.PasskeyExpired, null, "no_ceremony", cancellation);
        }

        var answer = await handler.PerformAssertionAsync(
            new PasskeyAssertionContext { HttpContext = http, CredentialJson = credential, AssertionState = state });
        if (!answer.Succeeded || !answer.Passkey.IsUserVerified)
        {
            return await RefuseAsync(http, trail, AccountProblems.PasskeyRefused, answer.User?.Id, "passkey_not_verified", cancellation);
        }

        if (answer.User.IsDisabled)
        {
            return await RefuseAsync(http, trail, AccountProblems.PasskeyRefused, answer.User.Id, "account_disabled", cancellation);
        }

        // The signature counter, the session and its event: all or none. The counter's row version decides between two at once.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (!(await accounts.AddOrUpdatePasskeyAsync(answer.User, answer.Passkey)).Succeeded)
        {
            await transaction.RollbackAsync(cancellation);
            return await RefuseAsync(http, trail, AccountProblems.PasskeyRefused, answer.User.Id, "passkey_in_use", cancellation);
        }

        // RFC 8176: a key in one device's hardware, or one a password manager keeps in step over several.
        var key = answer.Passkey.IsBackedUp ? SignInMethods.SyncedPasskey : SignInMethods.Passkey;
        await sessions.SignInAsync(http, answer.User, [key, SignInMethods.UserPresence, SignInMethods.MultiFactor], cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.Text(new JsonObject { ["location"] = LocalPath.OrRoot(back) }.ToJsonString(), "application/json");
    }

    private static async Task<IResult> RefuseAsync(
        HttpContext http, IAuditTrail trail, Problem problem, Guid? account, string reason, CancellationToken cancellation)
    {
        var refused = IdentityEvents.SignInRefused(EventContext.Of(http), account, reason, SignInMethods.Passkey);
        await trail.AppendAsync(refused, cancellation);
        return new ScriptProblem(problem);
    }

    /// <summary>The credential's <c>toJSON()</c>, or null when the body is no JSON object.</summary>
    private static async Task<string?> ReadAsync(HttpContext http, CancellationToken cancellation)
    {
        if (!http.Request.HasJsonContentType() || http.Request.ContentLength is null or > MaxBody)
        {
            return null;
        }

        try
        {
            return (await JsonNode.ParseAsync(http.Request.Body, cancellationToken: cancellation) as JsonObject)?.ToJsonString();
        }
        catch (Exception unreadable) when (unreadable is JsonException or ArgumentException or InvalidOperationException)
        {
            // Not JSON, a member twice, half a surrogate pair: not of our script.
            return null;
        }
    }
}
