using Backbone.Identity.Catalogue;
using Backbone.Platform.Web.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Backbone.Identity.Register;

/// <summary>
/// A form that ends at an app which asked for the sign-in: browsers follow the redirects after the POST only to origins the page named
/// (<c>form-action</c>). Named are only redirect URIs the catalogue has for that client.
/// </summary>
internal static class LeadBack
{
    private const string Authorize = "/connect/authorize";

    public static void Allow(HttpContext http, AppCatalogue catalogue, string back)
    {
        if (!back.StartsWith(Authorize + "?", StringComparison.Ordinal))
        {
            return;
        }

        var query = QueryHelpers.ParseQuery(back[Authorize.Length..]);
        if (query.TryGetValue("client_id", out var client) && query.TryGetValue("redirect_uri", out var redirect)
            && catalogue.Current.Find(client.ToString()) is { CanSignIn: true } app
            && app.Redirects.Contains(redirect.ToString(), StringComparer.Ordinal)
            && Uri.TryCreate(redirect.ToString(), UriKind.Absolute, out var target))
        {
            http.AllowFormAction(target);
        }
    }
}
