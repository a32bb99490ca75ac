using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Backbone.Platform.Web.Console;

/// <summary>
/// Signing in to <c>/console</c>: a relying party of its own on the stock OpenID Connect handler. It trusts the published metadata of the
/// issuer and nothing else, so it works the same whether identity runs in this process or on another machine.
/// </summary>
public static class ConsoleSignIn
{
    /// <summary>The console's own cookie; never accepted by anything but console pages.</summary>
    public const string Cookie = "Backbone.Console";

    public const string OpenId = "Backbone.Console.OpenId";

    private const string ClientId = "console";
    private const string NameClaim = "name";
    private const string RoleClaim = "role";
    private const string SignedInPath = "/console/signin-oidc";
    private const string SignedOutPath = "/console/signout-callback-oidc";
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan IssuerAnswersWithin = TimeSpan.FromSeconds(10);

    public static IServiceCollection AddConsoleSignIn(this IServiceCollection services, BackboneOptions platform)
    {
        services.AddAuthentication()
            .AddCookie(Cookie, cookie => ConfigureCookie(cookie, platform))
            .AddOpenIdConnect(OpenId, openId => ConfigureOpenId(openId, platform));
        services.AddAuthorizationBuilder()
            .AddPolicy(ConsolePolicies.Any, policy => Require(policy, [.. ConsoleRoles.All]))
            .AddPolicy(ConsolePolicies.Audit, policy => Require(policy, ConsoleRoles.Audit))
            .AddPolicy(ConsolePolicies.Security, policy => Require(policy, ConsoleRoles.Security))
            .AddPolicy(ConsolePolicies.System, policy => Require(policy, ConsoleRoles.System));
        return services;
    }

    public static IEndpointRouteBuilder MapConsole(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/console", Index.ShowAsync).WithName("console.index").RequireAuthorization(ConsolePolicies.Any);
        endpoints.MapPost("/console/sign-out", SignOutAsync).WithName("console.sign-out").RequireAuthorization(ConsolePolicies.Any);
        return endpoints;
    }

    /// <summary>Leaves the console and, by RP-initiated logout, the issuer. Where the issuer is away, at least the console is left.</summary>
    private static async Task SignOutAsync(HttpContext http)
    {
        var properties = new AuthenticationProperties { RedirectUri = "/" };
        try
        {
            await http.SignOutAsync(OpenId, properties);
        }
        catch (Exception failure) when (ConsoleRefusals.IsUnreachable(failure))
        {
            http.Response.StatusCode = StatusCodes.Status303SeeOther;
            http.Response.Headers.Location = "/";
        }

        await http.SignOutAsync(Cookie);
    }

    private static void Require(AuthorizationPolicyBuilder policy, params string[] roles) => policy
        .AddAuthenticationSchemes(Cookie)
        .RequireAuthenticatedUser()
        .RequireClaim(RoleClaim, roles);

    private static void ConfigureCookie(CookieAuthenticationOptions cookie, BackboneOptions platform)
    {
        cookie.Cookie.Name = platform.PublicIsTls ? "__Host-console" : "console";
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.Cookie.SecurePolicy = platform.PublicIsTls ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        cookie.ExpireTimeSpan = Idle;
        cookie.Events.OnCheckSlidingExpiration = context =>
        {
            context.ShouldRenew &= context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<AsksByItself>() is null;
            return Task.CompletedTask;
        };
        cookie.Events.OnRedirectToLogin = context => ChallengeAsync(context.HttpContext);
        cookie.Events.OnRedirectToAccessDenied = context => ConsoleRefusals.ForbiddenAsync(context.HttpContext, signedIn: true);
    }

    private static async Task ChallengeAsync(HttpContext http)
    {
        // Only a GET can be repeated after sign-in.
        var request = http.Request;
        var target = HttpMethods.IsGet(request.Method) ? request.PathBase + request.Path + request.QueryString : "/console";
        try
        {
            await http.ChallengeAsync(OpenId, new AuthenticationProperties { RedirectUri = target });
        }
        catch (Exception failure) when (ConsoleRefusals.IsUnreachable(failure))
        {
            await ConsoleRefusals.UnreachableAsync(http, failure);
        }
    }

    private static void ConfigureOpenId(OpenIdConnectOptions openId, BackboneOptions platform)
    {
        openId.SignInScheme = Cookie;
        openId.Authority = platform.IssuerAddress;
        openId.RequireHttpsMetadata = platform.IssuerAddress.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        openId.ClientId = ClientId;
        openId.ResponseType = OpenIdConnectResponseType.Code;

        // A posted answer is a cross-site request for the cookies; over plain http on loopback they could not be SameSite=None.
        openId.ResponseMode = OpenIdConnectResponseMode.Query;
        openId.CorrelationCookie.SameSite = SameSiteMode.Lax;
        openId.NonceCookie.SameSite = SameSiteMode.Lax;
        openId.CorrelationCookie.SecurePolicy = openId.NonceCookie.SecurePolicy =
            platform.PublicIsTls ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        openId.CallbackPath = SignedInPath;
        openId.SignedOutCallbackPath = SignedOutPath;
        openId.SignedOutRedirectUri = "/";
        openId.Scope.Clear();
        openId.Scope.Add("openid");
        openId.Scope.Add("profile");
        openId.Scope.Add("roles");
        openId.MapInboundClaims = false;
        openId.GetClaimsFromUserInfoEndpoint = true;
        openId.BackchannelTimeout = IssuerAnswersWithin;

        // All the console needs to know; a list of roles becomes one claim each.
        openId.ClaimActions.MapUniqueJsonKey(NameClaim, NameClaim);
        openId.ClaimActions.MapJsonKey(RoleClaim, RoleClaim);
        openId.TokenValidationParameters.NameClaimType = NameClaim;
        openId.TokenValidationParameters.RoleClaimType = RoleClaim;
        openId.Events.OnAuthorizationCodeReceived = async context =>
        {
            // From a file the catalogue also reads; made at first start and replaceable, so it is read at each use.
            context.TokenEndpointRequest!.ClientSecret =
                (await File.ReadAllTextAsync(platform.PathOf("secrets", "console.secret"), context.HttpContext.RequestAborted)).Trim();
        };
        openId.Events.OnTokenResponseReceived = KeepIdToken;
        openId.Events.OnRemoteFailure = context =>
        {
            context.HandleResponse();
            return context.Request.Query["error"] == "access_denied" ? ConsoleRefusals.ForbiddenAsync(context.HttpContext, signedIn: false)
                : ConsoleRefusals.IsUnreachable(context.Failure) ? ConsoleRefusals.UnreachableAsync(context.HttpContext, context.Failure)
                : ConsoleRefusals.StaleAsync(context.HttpContext);
        };
    }

    /// <summary>Only the id token is kept (it is the hint of the logout); access and refresh tokens have no use here.</summary>
    private static Task KeepIdToken(TokenResponseReceivedContext context)
    {
        context.Properties?.StoreTokens([new AuthenticationToken { Name = "id_token", Value = context.TokenEndpointResponse.IdToken }]);
        return Task.CompletedTask;
    }
}
