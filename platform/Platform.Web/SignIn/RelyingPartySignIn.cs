using System.Security.Claims;
using Backbone.Platform.Web.Console;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Backbone.Platform.Web.SignIn;

/// <summary>
/// The sign-in of a <see cref="RelyingParty"/> on the stock OpenID Connect handler. It trusts the published metadata of the issuer and nothing
/// else, so it works the same whether identity runs in this process or on another machine.
/// </summary>
public static class RelyingPartySignIn
{
    public const string NameClaim = "name";
    public const string RoleClaim = "role";

    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan IssuerAnswersWithin = TimeSpan.FromSeconds(10);

    public static IServiceCollection AddRelyingParty(this IServiceCollection services, BackboneOptions platform, RelyingParty party)
    {
        ArgumentNullException.ThrowIfNull(platform);
        ArgumentNullException.ThrowIfNull(party);
        services.AddSingleton(party);
        services.TryAddSingleton<SessionWords>();
        services.AddAuthentication()
            .AddCookie(party.Cookie, cookie => ConfigureCookie(cookie, platform, party))
            .AddOpenIdConnect(party.OpenId, openId => ConfigureOpenId(openId, platform, party));
        return services;
    }

    /// <summary>Leaves the pages and, by RP-initiated logout, the issuer. Where the issuer is away, at least the pages are left.</summary>
    public static async Task SignOutAsync(HttpContext http, RelyingParty party)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(party);
        try
        {
            await http.SignOutAsync(party.OpenId, new AuthenticationProperties { RedirectUri = "/" });
        }
        catch (Exception failure) when (SignInRefusals.IsUnreachable(failure))
        {
            await LeaveAsync(http, party);
            return;
        }

        await http.SignOutAsync(party.Cookie);
    }

    /// <summary>Signs in again and ends at the first page: for whom was chosen meanwhile (see <see cref="RelyingParty.AgainPath"/>).</summary>
    public static Task SignInAgainAsync(HttpContext http, RelyingParty party)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(party);
        return SendToIssuerAsync(http, party, new AuthenticationProperties { RedirectUri = party.Home });
    }

    private static Task LeaveAsync(HttpContext http, RelyingParty party)
    {
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = "/";
        return http.SignOutAsync(party.Cookie);
    }

    private static void ConfigureCookie(CookieAuthenticationOptions cookie, BackboneOptions platform, RelyingParty party)
    {
        cookie.Cookie.Name = platform.PublicIsTls ? "__Host-" + party.ClientId : party.ClientId;
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.Cookie.SecurePolicy = platform.PublicIsTls ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        cookie.ExpireTimeSpan = Idle;
        cookie.Events.OnCheckSlidingExpiration = context =>
        {
            context.ShouldRenew &= context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<AsksByItself>() is null;
            return Task.CompletedTask;
        };
        cookie.Events.OnRedirectToLogin = context => ChallengeAsync(context.HttpContext, party);
        if (party.FollowsSession)
        {
            cookie.Events.OnValidatePrincipal = context => SessionAtIssuer.RequireAsync(context, platform, party);
        }

        cookie.Events.OnRedirectToAccessDenied = context => SignInRefusals.ForbiddenAsync(context.HttpContext, party, signedIn: true);
    }

    private static async Task ChallengeAsync(HttpContext http, RelyingParty party)
    {
        if (SessionAtIssuer.FailureOf(http) is { } silent)
        {
            if (HttpMethods.IsPost(http.Request.Method) && http.Request.Path == party.SignOutPath)
            {
                // Leaving needs nobody's word. The form's token was not read; the cookie, which no other site's form brings along, was.
                await LeaveAsync(http, party);
                return;
            }

            await SignInRefusals.UnreachableAsync(http, party, silent);
            return;
        }

        // Only a GET can be repeated after sign-in.
        var request = http.Request;
        var target = HttpMethods.IsGet(request.Method) ? request.PathBase + request.Path + request.QueryString : party.Home;
        await SendToIssuerAsync(http, party, new AuthenticationProperties { RedirectUri = target });
    }

    internal static async Task SendToIssuerAsync(HttpContext http, RelyingParty party, AuthenticationProperties properties)
    {
        try
        {
            await http.ChallengeAsync(party.OpenId, properties);
        }
        catch (Exception failure) when (SignInRefusals.IsUnreachable(failure))
        {
            await SignInRefusals.UnreachableAsync(http, party, failure);
        }
    }

    private static void ConfigureOpenId(OpenIdConnectOptions openId, BackboneOptions platform, RelyingParty party)
    {
        openId.SignInScheme = party.Cookie;
        openId.Authority = platform.IssuerAddress;
        openId.RequireHttpsMetadata = platform.IssuerAddress.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        openId.ClientId = party.ClientId;
        openId.ResponseType = OpenIdConnectResponseType.Code;

        // A posted answer is a cross-site request for the cookies; over plain http on loopback they could not be SameSite=None.
        openId.ResponseMode = OpenIdConnectResponseMode.Query;
        openId.CorrelationCookie.SameSite = SameSiteMode.Lax;
        openId.NonceCookie.SameSite = SameSiteMode.Lax;
        openId.CorrelationCookie.SecurePolicy = openId.NonceCookie.SecurePolicy =
            platform.PublicIsTls ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        openId.CallbackPath = party.Home + "/signin-oidc";
        openId.SignedOutCallbackPath = party.Home + "/signout-callback-oidc";
        openId.RemoteSignOutPath = party.Home + "/signout-oidc";
        openId.SignedOutRedirectUri = "/";
        openId.Scope.Clear();
        foreach (var scope in party.Scopes)
        {
            openId.Scope.Add(scope);
        }

        openId.MapInboundClaims = false;
        openId.GetClaimsFromUserInfoEndpoint = true;
        openId.BackchannelTimeout = IssuerAnswersWithin;

        // All the pages need to know; a list of roles becomes one claim each.
        openId.ClaimActions.MapUniqueJsonKey(NameClaim, NameClaim);
        openId.ClaimActions.MapJsonKey(RoleClaim, RoleClaim);
        openId.ClaimActions.MapJsonSubKey(ActingOrganisation.ActorNameClaim, ActingOrganisation.Actor, NameClaim);
        openId.TokenValidationParameters.NameClaimType = NameClaim;
        openId.TokenValidationParameters.RoleClaimType = RoleClaim;
        openId.Events.OnAuthorizationCodeReceived = async context =>
        {
            context.TokenEndpointRequest!.ClientSecret = await SecretAsync(platform, party, context.HttpContext.RequestAborted);
        };
        openId.Events.OnTokenResponseReceived = context => KeepTokens(context, party);
        openId.Events.OnTicketReceived = context => MakeOwn(context, party);
        openId.Events.OnRemoteFailure = context =>
        {
            context.HandleResponse();
            return context.Request.Query["error"] == "access_denied" ? SignInRefusals.ForbiddenAsync(context.HttpContext, party, signedIn: false)
                : SignInRefusals.IsUnreachable(context.Failure) ? SignInRefusals.UnreachableAsync(context.HttpContext, party, context.Failure)
                : SignInRefusals.StaleAsync(context.HttpContext, party);
        };
    }

    /// <summary>From a file the catalogue also reads; made at first start and replaceable, so it is read at each use.</summary>
    internal static async Task<string> SecretAsync(BackboneOptions platform, RelyingParty party, CancellationToken cancellation) =>
        (await File.ReadAllTextAsync(platform.PathOf("secrets", $"{party.ClientId}.secret"), cancellation)).Trim();

    /// <summary>
    /// The claims as this host's own words. A form token belongs to a subject by the word of an issuer, and the forms in a page's header post to
    /// addresses that know the same subject by the portal's session; so whoever acts for an organisation is the person here, and for whom stands beside.
    /// </summary>
    private static Task MakeOwn(TicketReceivedContext context, RelyingParty party)
    {
        var claims = context.Principal!.Claims.Select(claim => new Claim(claim.Type, claim.Value, claim.ValueType)).ToList();
        if (ActingOrganisation.Of(context.Principal) is { Person: { } person } organisation)
        {
            var name = claims.Find(claim => claim.Type == ActingOrganisation.ActorNameClaim)?.Value ?? "";
            claims.RemoveAll(claim => claim.Type is "sub" or NameClaim or ActingOrganisation.ActorNameClaim);
            claims.AddRange(
            [
                new("sub", person.ToString()), new(NameClaim, name), new(ActingOrganisation.NameClaim, organisation.Name),
                new(ActingOrganisation.AgainClaim, party.AgainPath),
            ]);
        }

        context.Principal = new ClaimsPrincipal(new ClaimsIdentity(claims, context.Principal.Identity!.AuthenticationType, NameClaim, RoleClaim));
        return Task.CompletedTask;
    }

    /// <summary>The id token is the hint of the logout, the refresh token what the issuer is asked about; an access token has no use here.</summary>
    private static Task KeepTokens(TokenResponseReceivedContext context, RelyingParty party)
    {
        List<AuthenticationToken> kept = [new() { Name = "id_token", Value = context.TokenEndpointResponse.IdToken }];
        if (party.FollowsSession)
        {
            kept.Add(new() { Name = SessionAtIssuer.Token, Value = context.TokenEndpointResponse.RefreshToken });
        }

        context.Properties?.StoreTokens(kept);
        return Task.CompletedTask;
    }
}
