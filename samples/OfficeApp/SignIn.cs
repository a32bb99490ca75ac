using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Backbone.OfficeApp;

/// <summary>How this app signs people in: the stock library, set up in about twenty lines.</summary>
internal static class SignIn
{
    public static AuthenticationBuilder AddSignIn(this IServiceCollection services, Settings settings) => services
        .AddAuthentication(options =>
        {
            options.DefaultScheme = CookieAuthenticationDefaults.AuthenticationScheme;
            options.DefaultChallengeScheme = OpenIdConnectDefaults.AuthenticationScheme;
        })
        .AddCookie(options => options.Cookie.Name = "OfficeApp.Session")
        .AddOpenIdConnect(options =>
        {
            options.Authority = settings.Issuer;                  // everything else is read from its published metadata
            options.ClientId = settings.ClientId;                 // the app's id in the catalogue
            options.ClientSecret = settings.ClientSecret;
            options.ResponseType = "code";                        // authorization code; PKCE (S256) is the library's default
            options.ResponseMode = "query";                       // comes back with a GET: cookies may stay SameSite=Lax
            options.CorrelationCookie.SameSite = SameSiteMode.Lax;
            options.NonceCookie.SameSite = SameSiteMode.Lax;
            options.Scope.Clear();
            settings.Scopes.ForEach(options.Scope.Add);           // no more than the app needs: the person is asked for each
            options.Resource = settings.Resource;                 // RFC 8707: the access token is for this API and no other
            options.SaveTokens = true;                            // the access token for the API, the id token for signing out
            options.GetClaimsFromUserInfoEndpoint = true;
            options.MapInboundClaims = false;                     // claims keep the names the standards give them
            options.ClaimActions.Remove("acr");                   // the library would drop it; this app shows it
            options.ClaimActions.MapJsonKey("role", "role");
            options.TokenValidationParameters.NameClaimType = "name";
            options.TokenValidationParameters.RoleClaimType = "role";
            options.RequireHttpsMetadata = !settings.IssuerIsLoopback;
            options.Events.OnRedirectToIdentityProvider = TellLanguage;
            options.Events.OnRemoteFailure = TellRefusal;
        });

    public static void MapSignIn(this IEndpointRouteBuilder app)
    {
        app.MapGet("/sign-in", Begin).AllowAnonymous();
        app.MapPost("/sign-out", End).AllowAnonymous();
    }

    /// <summary>Always asks the issuer: who has a session there comes back at once, as the person they are there now.</summary>
    private static ChallengeHttpResult Begin() => TypedResults.Challenge(new AuthenticationProperties { RedirectUri = "/" });

    /// <summary>Ends the session here, then at the issuer, which sends the person back (OpenID Connect RP-Initiated Logout 1.0).</summary>
    private static async Task<Results<SignOutHttpResult, BadRequest>> End(HttpContext context, IAntiforgery antiforgery)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return TypedResults.BadRequest();
        }

        return TypedResults.SignOut(
            new AuthenticationProperties { RedirectUri = "/?signed-out" },
            [CookieAuthenticationDefaults.AuthenticationScheme, OpenIdConnectDefaults.AuthenticationScheme]);
    }

    private static Task TellLanguage(RedirectContext context)
    {
        context.ProtocolMessage.UiLocales = Words.Of(context.HttpContext).Code;
        return Task.CompletedTask;
    }

    /// <summary>The person said no, or took too long: the home page says so, with a way to begin again.</summary>
    private static Task TellRefusal(RemoteFailureContext context)
    {
        context.Response.Redirect("/?refused");
        context.HandleResponse();
        return Task.CompletedTask;
    }
}
