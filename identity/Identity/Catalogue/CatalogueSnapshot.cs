using System.Collections.Immutable;

namespace Backbone.Identity.Catalogue;

/// <summary>One version of the catalogue: immutable, valid as a whole.</summary>
internal sealed class CatalogueSnapshot
{
    private readonly ImmutableDictionary<string, CatalogueApp> byId;

    public CatalogueSnapshot(IEnumerable<CatalogueApp> apps, IEnumerable<Sector> sectors, ScopeCatalogue scopes, string hash)
    {
        Apps = [.. apps.OrderBy(app => app.Id, StringComparer.Ordinal)];
        Sectors = [.. sectors];
        Scopes = scopes;
        Hash = hash;
        byId = Apps.ToImmutableDictionary(app => app.Id, StringComparer.Ordinal);
        Resources = [.. Apps.Where(app => app.CanSignIn && app.Resource is not null).Select(app => app.Resource!).Distinct(StringComparer.Ordinal)];
    }

    public static CatalogueSnapshot Empty { get; } = new([], [], new ScopeCatalogue([]), "");

    public ImmutableArray<CatalogueApp> Apps { get; }

    public ImmutableArray<Sector> Sectors { get; }

    public ScopeCatalogue Scopes { get; }

    /// <summary>Resource identifiers (RFC 8707) offered by connected apps.</summary>
    public ImmutableArray<string> Resources { get; }

    /// <summary>The version: SHA-256 over every app's hash and the shared files, hexadecimal.</summary>
    public string Hash { get; }

    public CatalogueApp? Find(string id) => byId.GetValueOrDefault(id);

    /// <summary>Ids that are new, gone or different in <paramref name="next"/>, in order.</summary>
    public ImmutableArray<string> ChangedIn(CatalogueSnapshot next) =>
    [
        .. Apps.Concat(next.Apps).Select(app => app.Id).Distinct(StringComparer.Ordinal)
            .Where(id => Find(id)?.Hash != next.Find(id)?.Hash)
            .Order(StringComparer.Ordinal),
    ];
}
