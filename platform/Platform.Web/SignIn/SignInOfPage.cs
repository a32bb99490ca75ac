using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Platform.Web.SignIn;

/// <summary>
/// Who asks, on a host without the portal's session: whoever is signed in to the pages that the address belongs to. A form that every page has in
/// its header posts to an address of no page; there it is the page that the form says to come from, for its token belongs to that page's person.
/// </summary>
public static class SignInOfPage
{
    public const string Scheme = "Backbone.Page";

    /// <summary>Registers the scheme. The host makes it the default where no module brings another.</summary>
    /// <param name="services">The host's.</param>
    /// <param name="otherwise">The cookie's scheme where the address belongs to the pages of no <see cref="RelyingParty"/>.</param>
    public static IServiceCollection AddSignInOfPage(this IServiceCollection services, string otherwise)
    {
        services.AddAuthentication().AddPolicyScheme(Scheme, null, forward => forward.ForwardDefaultSelector = http => Choose(http, otherwise));
        return services;
    }

    private static string Choose(HttpContext http, string otherwise)
    {
        // Read before, for the pipeline reads posted forms first.
        var from = http.Request.Path == Pages.Preferences.Path ? http.Features.Get<IFormFeature>()?.Form?["return"].ToString() : null;
        var page = from is null ? http.Request.Path : new PathString(Pages.LocalPath.OrRoot(from).Split('?')[0]);
        return http.RequestServices.GetServices<RelyingParty>().FirstOrDefault(party => page.StartsWithSegments(party.Home))?.Cookie ?? otherwise;
    }
}
