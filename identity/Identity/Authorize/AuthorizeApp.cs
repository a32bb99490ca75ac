using System.Collections.Immutable;
using System.Globalization;
using System.Security.Claims;
using System.Text.Json;
using Backbone.Identity.Accounts;
using Backbone.Identity.Acting;
using Backbone.Identity.Clients;
using Backbone.Identity.Events;
using Backbone.Identity.Persons;
using Backbone.Identity.Protocol;
using Backbone.Identity.Sessions;
using Backbone.Identity.Subjects;
using Backbone.Platform;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Routing;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Backbone.Identity.Authorize;

/// <summary>
/// OpenID Connect Core 3.1.2, after the engine has checked the request: who is signed in, is that enough for this request, is enough known of
/// them, for whom do they act, did they agree, and then the code. Every branch ends at the client's redirect URI or at a page that comes back here.
/// </summary>
internal static class AuthorizeApp
{
    public const string Path = "/connect/authorize";

    private const string Engine = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapMethods(Path, [HttpMethods.Get, HttpMethods.Post], HandleAsync)
        .WithName("identity.connect.authorize").AllowAnonymous().DisableAntiforgery().WithMetadata(UnreadableForm.AtAuthorization);

    private static async Task<IResult> HandleAsync(
        HttpContext http, CachedClientManager clients, ConsentRules consent, LoginDemand demand, LevelDemand levels,
        ActingChoice choice, ClientSubject subjects, IOpenIddictAuthorizationManager authorizations, SessionGate sessions, TimeProvider clock)
    {
        // 1. Only an unknown client or redirect URI comes here as an error: everything else the engine returned to the client.
        if (http.GetOpenIddictServerResponse() is { Error: not null } refusal)
        {
            return new ProtocolRefusal(ProtocolProblems.BadAuthorizationRequest, refusal.Error, refusal.ErrorDescription);
        }

        if (http.GetOpenIddictServerRequest() is not { } request || request.ClientId is null
            || await clients.FindKnownAsync(request.ClientId, http.RequestAborted) is not { } client)
        {
            return new ProtocolRefusal(ProtocolProblems.BadAuthorizationRequest, Errors.InvalidRequest, "The client is not known.");
        }

        // 2. A cross-site POST comes without the Lax session cookie; the same request as a GET has it.
        if (HttpMethods.IsPost(http.Request.Method))
        {
            return new SeeOther(AddressOf(request));
        }

        // 3. Who is there, and is it fresh and strong enough for what was asked?
        var session = await http.AuthenticateAsync(SessionClaims.Scheme);
        var person = session.Principal ?? new ClaimsPrincipal();
        var needs = session.Principal is null ? LoginNeed.SignIn : await NeedAsync(http, request, person, client.Profile, demand, choice, subjects, clock);
        if (needs != LoginNeed.None)
        {
            return request.HasPromptValue(PromptValues.None)
                ? Refuse(Errors.LoginRequired, "The person must sign in.")
                : Results.Redirect(demand.SignInAddress(AddressOf(request), request, needs));
        }

        var account = new SubjectId(Guid.Parse(person.FindFirstValue(SessionClaims.Subject)!));
        var sessionId = new SessionId(Guid.Parse(person.FindFirstValue(SessionClaims.Session)!));
        http.GetOpenIddictTransaction()?.SetActor(new ProtocolActor(account.Value, sessionId.Value));
        if (!client.Profile.MaySignIn(person.HasClaim(SessionClaims.Role, Roles.Staff)))
        {
            return Refuse(Errors.AccessDenied, "The app is not for accounts of this kind.");
        }

        // 4. Is enough known of who they are?
        var (enough, level) = await levels.AskAsync(account.Value, client.Profile, request, http.RequestAborted);
        switch (enough)
        {
            case LevelAnswer.Refused:
                return Refuse(LevelDemand.Unmet, "The app needs a person of whom more is known.");
            case LevelAnswer.NeedsPage:
                return Refuse(Errors.InteractionRequired, "The person must show more of who they are.");
            case LevelAnswer.Lead:
                return Results.Redirect(ShowLevel.At(AddressOf(request)));
        }

        // 5. For whom do they act?
        var answer = await choice.AskAsync(account.Value, sessionId.Value, client, request, http.RequestAborted);
        switch (answer)
        {
            case ActingAnswer.Choose when request.HasPromptValue(PromptValues.None):
                return Refuse(Errors.AccountSelectionRequired, "The person must choose whom to act for.");
            case ActingAnswer.Nobody(var isRefused) when isRefused || request.HasPromptValue(PromptValues.None):
                return Refuse(Errors.AccessDenied, "The app needs a person who acts for an organisation.");
            case ActingAnswer.Choose or ActingAnswer.Nobody:
                return Results.Redirect(ChooseActing.At(AddressOf(request)));
        }

        var acting = (answer as ActingAnswer.For)?.Acting;

        // 6. Did they agree?
        switch (await consent.AskAsync(account, client, request, http.RequestAborted))
        {
            case ConsentAnswer.Refused:
                return Refuse(Errors.AccessDenied, "The person refused.");
            case ConsentAnswer.Ask when request.HasPromptValue(PromptValues.None):
                return Refuse(Errors.ConsentRequired, "The person must be asked.");
            case ConsentAnswer.Ask:
                return Results.Redirect(ConsentPageAddress(AddressOf(request)));
        }

        // 7. One authorization per sign-in: the family that a replayed code or token ends (RFC 6749 4.1.2).
        var principal = Describe(person, account, level, acting, sessionId, client.Profile, subjects, request);
        var descriptor = new OpenIddictAuthorizationDescriptor
        {
            ApplicationId = client.Application.Id.ToString("D"),
            CreationDate = clock.GetUtcNow(),
            Status = Statuses.Valid,
            Subject = account.ToString(),
            Type = AuthorizationTypes.AdHoc,
        };
        descriptor.Scopes.UnionWith(request.GetScopes());
        descriptor.Properties[PrivateClaims.SessionProperty] = Text(sessionId.ToString());
        if (acting is not null)
        {
            descriptor.Properties[PrivateClaims.OrganisationProperty] = Text(acting.Organisation.Code);
        }

        var family = await authorizations.CreateAsync(descriptor, http.RequestAborted);
        var familyId = await authorizations.GetIdAsync(family, http.RequestAborted);
        await sessions.TieAsync(sessionId.Value, Guid.Parse(familyId!), http.RequestAborted);
        if (acting is not null)
        {
            await choice.TieAsync(
                EventContext.Of(http), acting, account.Value, sessionId.Value, client.Application.ClientId!, Guid.Parse(familyId!), http.RequestAborted);
        }

        principal.SetAuthorizationId(familyId);
        return Results.SignIn(principal, authenticationScheme: Engine);
    }

    /// <summary>The request as an address of ours: what the sign-in and consent pages return to.</summary>
    public static string AddressOf(OpenIddictRequest request)
    {
        var query = new QueryBuilder();
        foreach (var (name, parameter) in request.GetParameters())
        {
            foreach (var value in (ImmutableArray<string?>?)parameter ?? [])
            {
                query.Add(name, value ?? "");
            }
        }

        return Path + query.ToQueryString();
    }

    private static string ConsentPageAddress(string address) => ConsentApp.Path + new QueryBuilder { { "return", address } };

    private static async Task<LoginNeed> NeedAsync(
        HttpContext http, OpenIddictRequest request, ClaimsPrincipal person, ClientProfile client, LoginDemand demand, ActingChoice choice,
        ClientSubject subjects, TimeProvider clock)
    {
        var authenticated = DateTimeOffset.FromUnixTimeSeconds(
            long.Parse(person.FindFirstValue(SessionClaims.AuthenticatedAt)!, CultureInfo.InvariantCulture));
        var again = request.HasPromptValue(PromptValues.Login) || request.HasPromptValue(PromptValues.SelectAccount)
            || (request.MaxAge is { } age && clock.GetUtcNow() - authenticated > TimeSpan.FromSeconds(age));
        if (again && !demand.IsMet(request, authenticated))
        {
            return LoginNeed.Again;
        }

        // OpenID Connect Core 3.1.2.2: the person of the hint, or nobody.
        var hint = (await http.AuthenticateAsync(Engine)).Principal?.GetClaim(Claims.Subject);
        var account = new SubjectId(Guid.Parse(person.FindFirstValue(SessionClaims.Subject)!));
        return hint is not null && !subjects.IsOf(hint, account, client) && !demand.IsMet(request, authenticated)
            && !await choice.IsSubjectOfTheirsAsync(hint, account.Value, client, http.RequestAborted)
            ? LoginNeed.Again
            : LoginNeed.None;
    }

    private static ClaimsPrincipal Describe(
        ClaimsPrincipal person, SubjectId account, PersonLevel level, ActingFor? acting, SessionId session, ClientProfile client,
        ClientSubject subjects, OpenIddictRequest request)
    {
        var methods = person.FindAll(SessionClaims.Method).Select(claim => claim.Value).ToList();
        var identity = new ClaimsIdentity("backbone", Claims.Name, Claims.Role);
        identity.AddClaim(new Claim(Claims.Subject, account.ToString()));
        identity.AddClaim(new Claim(
            Claims.AuthenticationTime, person.FindFirstValue(SessionClaims.AuthenticatedAt)!, ClaimValueTypes.Integer64));
        identity.AddClaim(new Claim(Claims.AuthenticationContextReference, AssuranceClass.Of(methods)));
        identity.AddClaims(methods.Select(method => new Claim(Claims.AuthenticationMethodReference, method)));
        identity.AddClaim(new Claim(PersonLevels.Claim, PersonLevels.Number(level), ClaimValueTypes.Integer32));
        identity.AddClaim(new Claim("sid", subjects.SessionOf(session, client)));
        if (acting is not null)
        {
            identity.AddClaim(ActingClaims.Of(acting));
        }

        identity.SetDestinations(static claim => claim.Type switch
        {
            Claims.Subject => [],
            ActingClaims.Organisation => [Destinations.AccessToken, Destinations.IdentityToken],
            _ => [Destinations.IdentityToken],
        });
        var principal = new ClaimsPrincipal(identity);
        principal.SetScopes(request.GetScopes());
        principal.SetResources(request.GetResources());
        return principal;
    }

    private static IResult Refuse(string error, string description) => Results.Forbid(
        new AuthenticationProperties(new Dictionary<string, string?>
        {
            [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
            [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = description,
        }),
        [Engine]);

    private static JsonElement Text(string value)
    {
        using var document = JsonDocument.Parse($"\"{JsonEncodedText.Encode(value)}\"");
        return document.RootElement.Clone();
    }
}
