using System.Text.Json;
using System.Text.Json.Nodes;
using Backbone.Identity.AccountPages;
using Backbone.Identity.Events;
using Backbone.Identity.Notices;
using Backbone.Identity.Sessions;
using Backbone.Identity.Storage;
using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Localization;

namespace Backbone.Identity.Passkeys;

/// <summary>
/// Adding a passkey: the page, the options (POST, JSON: <c>PublicKeyCredentialCreationOptionsJSON</c>) and the answer (POST, JSON:
/// <c>{"name","credential"}</c> with the credential's <c>toJSON()</c>), which is <c>{"location"}</c> or problem details.
/// </summary>
internal static class CreatePasskey
{
    public const string Page = "/account/passkeys/new";

    /// <summary>More devices than a person has; bounds what one account may store.</summary>
    public const int Most = 10;

    /// <summary>A credential with attestation takes 1–6 KB.</summary>
    private const int MaxBody = 64 * 1024;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Page, Show).WithName("identity.account.passkeys.new").RequireAuthorization().RequireRecentSignIn(Page);
        endpoints.MapPost("/account/passkeys/options", Options).WithName("identity.account.passkeys.options")
            .RequireAuthorization().RequireRecentSignInForScript(Page);
        endpoints.MapPost("/account/passkeys", Complete).WithName("identity.account.passkeys.complete")
            .RequireAuthorization().RequireRecentSignInForScript(Page);
    }

    private static async Task<IResult> Show(HttpContext http, UserManager<Account> accounts, IStringLocalizer<AccountTexts> words)
    {
        var account = await accounts.AskingAsync(http);
        if ((await accounts.GetPasskeysAsync(account)).Count >= Most)
        {
            return new PageProblem(AccountProblems.TooManyPasskeys)
            {
                Title = words["PasskeyNew_FullTitle"],
                Explanation = words["PasskeyNew_FullText", Most],
                Exits = [new ProblemExit("/account/security", words["Factor_LastExit"])],
            };
        }

        return new RazorComponentResult(typeof(CreatePasskeyPage), new { Suggested = DeviceWords.Of(http.Request.Headers.UserAgent) });
    }

    private static async Task<IResult> Options(
        HttpContext http, IAntiforgery antiforgery, UserManager<Account> accounts, IPasskeyHandler<Account> handler, PasskeyCeremony ceremony)
    {
        if (!await antiforgery.IsRequestValidAsync(http))
        {
            return new ScriptProblem(Problems.StaleForm);
        }

        var account = await accounts.AskingAsync(http);

        // The user handle must be the account id: ASP.NET Core Identity finds the account by it at sign-in. It goes to the person's own
        // authenticator and nowhere else.
        var person = new PasskeyUserEntity
        {
            Id = account.Id.ToString("D"),
            Name = account.DisplayName,
            DisplayName = account.DisplayName,
        };
        var options = await handler.MakeCreationOptionsAsync(person, http);
        ceremony.Begin(http, PasskeyAct.Create, Asker.Of(http.User).Session.ToString("D"), options.AttestationState ?? "");
        return TypedResults.Text(options.CreationOptionsJson, "application/json");
    }

    private static async Task<IResult> Complete(
        HttpContext http,
        IAntiforgery antiforgery,
        UserManager<Account> accounts,
        IPasskeyHandler<Account> handler,
        PasskeyCeremony ceremony,
        IdentityDb db,
        TellOwner tell,
        CancellationToken cancellation)
    {
        if (!await antiforgery.IsRequestValidAsync(http))
        {
            return new ScriptProblem(Problems.StaleForm);
        }

        if (await ReadAsync(http, cancellation) is not ({ } credential, var name))
        {
            return new ScriptProblem(Problems.BadRequest);
        }

        var account = await accounts.AskingAsync(http);
        if (await ceremony.TakeAsync(http, PasskeyAct.Create, Asker.Of(http.User).Session.ToString("D"), cancellation) is not { } state)
        {
            return await RefuseAsync(http, db, AccountProblems.PasskeyExpired, "no_ceremony", cancellation);
        }

        var answer = await handler.PerformAttestationAsync(
            new PasskeyAttestationContext { HttpContext = http, CredentialJson = credential, AttestationState = state });
        if (!answer.Succeeded || answer.UserEntity.Id != account.Id.ToString("D"))
        {
            return await RefuseAsync(http, db, AccountProblems.PasskeyRefused, "not_verified", cancellation);
        }

        if ((await accounts.GetPasskeysAsync(account)).Count >= Most)
        {
            return await RefuseAsync(http, db, AccountProblems.TooManyPasskeys, "too_many", cancellation);
        }

        answer.Passkey.Name = name;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        (await accounts.AddOrUpdatePasskeyAsync(account, answer.Passkey)).OrThrow();
        db.Record(AccountEvents.PasskeyAdded(http));
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        await tell.OfAsync(NoticeKind.PasskeyAdded, account);
        return TypedResults.Text("""{"location":"/account/security?done=passkey-added"}""", "application/json");
    }

    private static async Task<IResult> RefuseAsync(
        HttpContext http, IdentityDb db, Problem problem, string reason, CancellationToken cancellation)
    {
        db.Record(AccountEvents.PasskeyRefused(http, reason));
        await db.SaveChangesAsync(cancellation);
        return new ScriptProblem(problem);
    }

    /// <summary>The credential as the handler reads it and the name it gets; nothing when the body is not of that shape.</summary>
    private static async Task<(string Credential, string Name)?> ReadAsync(HttpContext http, CancellationToken cancellation)
    {
        if (!http.Request.HasJsonContentType() || http.Request.ContentLength is null or > MaxBody)
        {
            return null;
        }

        try
        {
            var body = await JsonNode.ParseAsync(http.Request.Body, cancellationToken: cancellation);
            if (body is not JsonObject { } parts || parts["credential"] is not JsonObject credential)
            {
                return null;
            }

            var name = (parts["name"] as JsonValue)?.GetValueKind() == JsonValueKind.String ? parts["name"]!.GetValue<string>().Trim() : "";
            name = new string([.. name.Where(character => !char.IsControl(character))]);
            return (credential.ToJsonString(), name.Length > PasskeyView.NameLength ? name[..PasskeyView.NameLength] : name);
        }
        catch (Exception unreadable) when (unreadable is JsonException or ArgumentException or InvalidOperationException)
        {
            // Not JSON, a member twice, half a surrogate pair: not of our script.
            return null;
        }
    }
}
