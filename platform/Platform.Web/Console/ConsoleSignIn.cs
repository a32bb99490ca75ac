using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
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
    private const string RoleClaim = "role";
    private const string SignedInPath = "/console/signin-oidc";
    private const string SignedOutPath = "/console/signout-callback-oidc";
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(30);

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
        endpoints.MapPost("/console/sign-out", SignOut).WithName("console.sign-out").RequireAuthorization(ConsolePolicies.Any);
        return endpoints;
    }

    /// <summary>Leaves the console and, by RP-initiated logout, the issuer.</summary>
    private static SignOutHttpResult SignOut() => TypedResults.SignOut(new AuthenticationProperties { RedirectUri = "/" }, [Cookie, OpenId]);

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
        cookie.ForwardChallenge = OpenId;
        cookie.Events.OnRedirectToAccessDenied = context =>
        {
            // The page shell turns the bare status into a page in the person's language.
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
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
        openId.ClaimActions.MapAll();
        openId.TokenValidationParameters.NameClaimType = "name";
        openId.TokenValidationParameters.RoleClaimType = RoleClaim;
        openId.Events.OnRedirectToIdentityProvider = context => ReadSecret(context.Options, platform);
        openId.Events.OnTokenResponseReceived = KeepIdToken;
        openId.Events.OnUserInformationReceived = context =>
        {
            // A list of roles arrives as one JSON array; every role becomes a claim of its own.
            var identity = (ClaimsIdentity)context.Principal!.Identity!;
            if (context.User.RootElement.TryGetProperty(RoleClaim, out var roles) && roles.ValueKind == System.Text.Json.JsonValueKind.Array)
            {
                identity.AddClaims(roles.EnumerateArray().Select(role => new Claim(RoleClaim, role.GetString() ?? "")));
            }

            return Task.CompletedTask;
        };
        openId.Events.OnRemoteFailure = context =>
        {
            // Refused or stale: a fresh start is the way out, and /console begins one.
            context.HandleResponse();
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
    }

    /// <summary>The secret is in a file the catalogue also reads; made at first start, so it is read at first use.</summary>
    private static async Task ReadSecret(OpenIdConnectOptions openId, BackboneOptions platform) =>
        openId.ClientSecret ??= (await File.ReadAllTextAsync(platform.PathOf("secrets", "console.secret"))).Trim();

    /// <summary>Only the id token is kept (it is the hint of the logout); access and refresh tokens have no use here.</summary>
    private static Task KeepIdToken(TokenResponseReceivedContext context)
    {
        context.Properties?.StoreTokens([new AuthenticationToken { Name = "id_token", Value = context.TokenEndpointResponse.IdToken }]);
        return Task.CompletedTask;
    }
}
