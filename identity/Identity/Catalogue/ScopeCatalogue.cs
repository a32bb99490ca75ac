using System.Collections.Immutable;
using Backbone.Platform;

namespace Backbone.Identity.Catalogue;

/// <summary>One scope in the words people are asked with.</summary>
/// <param name="Id">The protocol's name.</param>
/// <param name="Title">What is given, as a thing: "手机号".</param>
/// <param name="Data">Exactly which data.</param>
/// <param name="Why">What an app needs it for.</param>
/// <param name="Claims">The claims it releases.</param>
/// <param name="AlwaysGranted">True when it is no choice of its own (<c>openid</c>: without it there is no sign-in).</param>
internal sealed record CatalogueScope(
    string Id, Bilingual Title, Bilingual Data, Bilingual Why, ImmutableArray<string> Claims, bool AlwaysGranted);

/// <summary>Every scope there is; the consent page, discovery and the client files use no other.</summary>
internal sealed class ScopeCatalogue(IEnumerable<CatalogueScope> scopes)
{
    private readonly ImmutableDictionary<string, CatalogueScope> byId = scopes.ToImmutableDictionary(scope => scope.Id, StringComparer.Ordinal);

    /// <summary>In the order of <c>scopes.yml</c>: the order they are shown in.</summary>
    public ImmutableArray<CatalogueScope> All { get; } = [.. scopes];

    public CatalogueScope? Find(string id) => byId.GetValueOrDefault(id);
}
