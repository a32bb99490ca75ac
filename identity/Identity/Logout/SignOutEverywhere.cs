using System.Security.Claims;
using Backbone.Identity.Clients;
using Backbone.Identity.Protocol;
using Backbone.Identity.Sessions;
using Backbone.Identity.Subjects;
using Backbone.Platform;
using Backbone.Platform.Web.Security;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;

namespace Backbone.Identity.Logout;

/// <summary>
/// OpenID Connect RP-Initiated Logout 1.0. With an <c>id_token_hint</c> of this very session the person is signed out at once; otherwise
/// they are asked first, because any page could have sent them here (section 6).
/// </summary>
internal static class SignOutEverywhere
{
    public const string Path = "/connect/logout";

    private const string Engine = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;
    private const string Confirmed = "confirmed";

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapMethods(Path, [HttpMethods.Get, HttpMethods.Post], HandleAsync)
        .WithName("identity.connect.logout").AllowAnonymous().DisableAntiforgery().WithMetadata(UnreadableForm.AtEndSession);

    private static async Task<IResult> HandleAsync(
        HttpContext http, IAntiforgery antiforgery, CachedClientManager clients, ClientSubject subjects)
    {
        if (http.GetOpenIddictServerResponse() is { Error: not null } refusal)
        {
            return new ProtocolRefusal(ProtocolProblems.BadLogoutRequest, refusal.Error, refusal.ErrorDescription);
        }

        var request = http.GetOpenIddictServerRequest() ?? new OpenIddictRequest();
        var person = (await http.AuthenticateAsync(SessionClaims.Scheme)).Principal;
        if (person is not null)
        {
            var id = new SessionId(Guid.Parse(person.FindFirstValue(SessionClaims.Session)!));
            http.GetOpenIddictTransaction()?.SetActor(
                new ProtocolActor(Guid.Parse(person.FindFirstValue(SessionClaims.Subject)!), id.Value));
            if (!await IsOwnHintAsync(http, id, clients, subjects) && !await IsConfirmedAsync(http, request, antiforgery))
            {
                if (Uri.TryCreate(request.PostLogoutRedirectUri, UriKind.Absolute, out var target))
                {
                    // The engine has compared it with the client's registered ones before we are called.
                    http.AllowFormAction(target);
                }

                return new RazorComponentResult(typeof(LogoutPage), new { Fields = FieldsOf(request) });
            }

            await http.SignOutAsync(SessionClaims.Scheme);
        }

        return Results.SignOut(new AuthenticationProperties { RedirectUri = LoggedOut.Path }, [Engine]);
    }

    /// <summary>The hint is ours (the engine checked its signature) and tells of the session that is about to end.</summary>
    private static async Task<bool> IsOwnHintAsync(HttpContext http, SessionId session, CachedClientManager clients, ClientSubject subjects)
    {
        var hint = (await http.AuthenticateAsync(Engine)).Principal;
        return hint?.GetClaim("sid") is { } sid
            && hint.GetAudiences() is [var clientId, ..]
            && await clients.FindKnownAsync(clientId, http.RequestAborted) is { } client
            && sid == subjects.SessionOf(session, client.Profile);
    }

    private static async Task<bool> IsConfirmedAsync(HttpContext http, OpenIddictRequest request, IAntiforgery antiforgery) =>
        HttpMethods.IsPost(http.Request.Method)
        && (string?)request.GetParameter(Confirmed) == "true"
        && await antiforgery.IsRequestValidAsync(http);

    private static List<KeyValuePair<string, string>> FieldsOf(OpenIddictRequest request) =>
    [
        .. request.GetParameters().Where(parameter => parameter.Key is "client_id" or "post_logout_redirect_uri" or "state" or "ui_locales")
            .Select(parameter => KeyValuePair.Create(parameter.Key, (string?)parameter.Value ?? "")),
        KeyValuePair.Create(Confirmed, "true"),
    ];
}
