using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Backbone.Identity.Protocol;

/// <summary>
/// The scopes the provider knows; the words for them are in the catalogue's <c>scopes.yml</c>, which must name the same ones.
/// </summary>
internal static class ScopeNames
{
    public static string[] All { get; } =
    [
        Scopes.OpenId, Scopes.Profile, Scopes.Phone, Scopes.Email, Scopes.Roles, "services.read", "audit.write", "audit.forward", "audit.read",
        "audit.usage", "credit.facts.report", "credit.profiles.report", "credit.read", Scopes.OfflineAccess,
    ];
}
