using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Platform.Web.Pages;

/// <summary>One entry of the header's navigation; modules add theirs with <c>services.AddPageNav</c>.</summary>
/// <param name="Href">Local path; the entry is "current" on it and below it (<c>/</c>: only on itself).</param>
/// <param name="Label">The words in the request's language, usually from a localizer of the container given.</param>
/// <param name="Order">Ascending from the left.</param>
/// <param name="SignedIn">Shown only to a person who is signed in. Default true.</param>
/// <param name="Roles">When given, shown only to holders of one of these roles (claim <c>role</c>).</param>
public sealed record PageNavItem(
    string Href,
    Func<IServiceProvider, string> Label,
    int Order = 0,
    bool SignedIn = true,
    IReadOnlyList<string>? Roles = null)
{
    internal bool IsFor(PageContext page) =>
        (!SignedIn || page.SignedIn) && (Roles is null || Roles.Any(role => page.User.HasClaim("role", role)));

    internal bool IsCurrent(string path) =>
        path == Href || (Href != "/" && path.StartsWith(Href + "/", StringComparison.Ordinal));
}

public static class PageNavRegistration
{
    public static IServiceCollection AddPageNav(this IServiceCollection services, PageNavItem item) => services.AddSingleton(item);
}
