using System.Globalization;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Security;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Platform.Web.SignIn;

/// <summary>
/// An act that cannot be undone wants its person to have proved who they are within minutes: a browser left open, or a cookie that somebody
/// took, is not enough (NIST SP 800-63B 4.2.4, OWASP ASVS 7.5.3). It is looked at when the form comes. Is the proof older, nothing is done: the
/// person proves it anew at the issuer and comes back to the page, where what they had typed stands again (<see cref="KeptForm"/>).
/// </summary>
public static class FreshProof
{
    /// <summary>The claim of when the person last proved it, in seconds since 1970 (OpenID Connect Core 2).</summary>
    public const string Claim = "auth_time";

    /// <summary>A proof is fresh for this long.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>The least that the issuer's clock may be ahead of ours.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    /// <param name="endpoint">Takes the form of a page.</param>
    /// <param name="page">The address of that page, by GET; its handler calls <see cref="Begin"/>.</param>
    /// <param name="fields">What the page is filled with again afterwards. Not the tick that confirms the act: it is set anew.</param>
    public static RouteHandlerBuilder RequireFreshProof(this RouteHandlerBuilder endpoint, string page, params string[] fields) =>
        endpoint.AddEndpointFilter((context, next) =>
        {
            LetFormLeadToIssuer(context.HttpContext);
            return IsFresh(context.HttpContext) ? next(context) : ValueTask.FromResult<object?>(new ProveAgain(page, fields));
        });

    /// <summary>
    /// For the page of such a form: what its person had typed before they proved who they are, once; null when they do not come from there.
    /// </summary>
    public static IReadOnlyDictionary<string, string>? Begin(HttpContext http, string page)
    {
        ArgumentNullException.ThrowIfNull(http);
        LetFormLeadToIssuer(http);
        return IsFresh(http) ? KeptForm.Take(http, page) : null;
    }

    private static void LetFormLeadToIssuer(HttpContext http) =>
        http.AllowFormAction(new Uri(http.RequestServices.GetRequiredService<BackboneOptions>().IssuerAddress));

    /// <summary>A claim that is missing, not a time, there twice, or of a time to come is no proof.</summary>
    private static bool IsFresh(HttpContext http)
    {
        var age = http.User.FindAll(Claim).ToList() is [{ Value: var text }]
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
                ? http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(seconds)
                : TimeSpan.MaxValue;
        return age <= Limit && age >= -Skew;
    }

    /// <summary>Leads through the issuer back to the page.</summary>
    private sealed class ProveAgain(string page, string[] fields) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            KeptForm.Keep(httpContext, page, await httpContext.Request.ReadFormAsync(httpContext.RequestAborted), fields);
            if (httpContext.RequestServices.GetServices<RelyingParty>().FirstOrDefault(one => httpContext.Request.Path.StartsWithSegments(one.Home)) is not { } party)
            {
                await new PageProblem(Problems.Forbidden, $"{Claim}: at most {Limit.TotalMinutes:0} minutes old").ExecuteAsync(httpContext);
                return;
            }

            // Zero and not the limit: an issuer whose clock is a second behind would find the proof young enough, and send back the same.
            await RelyingPartySignIn.SendToIssuerAsync(
                httpContext, party, new OpenIdConnectChallengeProperties { RedirectUri = page, MaxAge = TimeSpan.Zero });
        }
    }
}
