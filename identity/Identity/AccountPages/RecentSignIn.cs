using Backbone.Identity.Sessions;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.AccountPages;

/// <summary>
/// Changes to how a person signs in need a sign-in of the last ten minutes: a browser left open must not be enough to take the account
/// over (NIST SP 800-63B 4.2.4, OWASP ASVS 7.5.1).
/// </summary>
internal static class RecentSignIn
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <param name="endpoint">A page or its form.</param>
    /// <param name="page">The GET page the person comes back to; its form must be filled in again.</param>
    public static RouteHandlerBuilder RequireRecentSignIn(this RouteHandlerBuilder endpoint, string page) =>
        endpoint.AddEndpointFilter((context, next) => IsRecent(context.HttpContext)
            ? next(context)
            : ValueTask.FromResult<object?>(new SeeOther(AgainAt(page))));

    /// <summary>The same for a page that knows where the person is going: they come back to its address as it is.</summary>
    public static RouteHandlerBuilder RequireRecentSignIn(this RouteHandlerBuilder endpoint) =>
        endpoint.AddEndpointFilter((context, next) => IsRecent(context.HttpContext)
            ? next(context)
            : ValueTask.FromResult<object?>(new SeeOther(AgainAt(context.HttpContext.Request.Path + context.HttpContext.Request.QueryString))));

    /// <summary>The same for script: 401 with the address to go to.</summary>
    public static RouteHandlerBuilder RequireRecentSignInForScript(this RouteHandlerBuilder endpoint, string page) =>
        endpoint.AddEndpointFilter((context, next) => IsRecent(context.HttpContext)
            ? next(context)
            : ValueTask.FromResult<object?>(new ScriptProblem(AccountProblems.SignInAgain, AgainAt(page))));

    private static bool IsRecent(HttpContext http) =>
        http.User.ProvedWithin(Limit, http.RequestServices.GetRequiredService<TimeProvider>());

    private static string AgainAt(string page) => $"/sign-in?return={Uri.EscapeDataString(page)}&prompt=login";
}
