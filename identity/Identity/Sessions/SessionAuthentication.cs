using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Backbone.Identity.Events;
using Backbone.Platform.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Backbone.Identity.Sessions;

/// <summary>
/// The scheme <c>Backbone.Session</c>. Each request reads the session's row (one indexed read), so that an ended session is refused at
/// once on every host. Signing in goes through <see cref="BrowserSessions.SignInAsync"/>, never through <c>HttpContext.SignInAsync</c>.
/// </summary>
internal sealed class SessionAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder,
    BrowserSessions sessions, EndSessions end, BackboneOptions platform)
    : SignOutAuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (await sessions.FindAsync(Context, Context.RequestAborted) is not { } found)
        {
            return AuthenticateResult.NoResult();
        }

        List<Claim> claims =
        [
            new(SessionClaims.Subject, found.AccountId.ToString("D")),
            new(SessionClaims.Session, found.Id.ToString("D")),
            new(SessionClaims.Name, found.Name),
            new(SessionClaims.AuthenticatedAt,
                found.Session.AuthenticatedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), ClaimValueTypes.Integer64),
        ];
        claims.AddRange(found.Session.Methods.Split(' ').Select(method => new Claim(SessionClaims.Method, method)));
        claims.AddRange(found.Roles.Select(role => new Claim(SessionClaims.Role, role)));
        if (found.Organisation is { } organisation)
        {
            claims.Add(new(SessionClaims.Organisation, organisation.Code));
            claims.Add(new(SessionClaims.OrganisationName, organisation.Name));
        }

        var identity = new ClaimsIdentity(claims, Scheme.Name, SessionClaims.Name, SessionClaims.Role);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name));
    }

    /// <summary>A person is led to sign-in and back; a program gets 401.</summary>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (Request.GetTypedHeaders().Accept.Any(entry => entry.MediaType == "text/html"))
        {
            // Only a GET can be repeated after sign-in.
            var target = HttpMethods.IsGet(Request.Method) ? Request.PathBase + Request.Path + Request.QueryString : "/";
            Response.Redirect("/sign-in?return=" + Uri.EscapeDataString(target));
        }
        else
        {
            Response.StatusCode = StatusCodes.Status401Unauthorized;
        }

        return Task.CompletedTask;
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    protected override async Task HandleSignOutAsync(AuthenticationProperties? properties)
    {
        if (await sessions.FindAsync(Context, Context.RequestAborted) is { } found)
        {
            await end.OneAsync(found.AccountId, found.Id, SessionEnd.SignedOut, EventContext.Of(Context), Context.RequestAborted);
        }

        SessionTicket.Clear(Context, platform);
    }
}
