using System.Collections.Immutable;
using Backbone.Identity.Catalogue;

namespace Backbone.Identity.Organisations;

/// <summary>Named powers, each of one app, as "app/power". What a power means is its app's to say; here it is given and taken.</summary>
internal sealed class PowerSet(IEnumerable<string> powers)
{
    private readonly ImmutableSortedSet<string> _all = powers.ToImmutableSortedSet(StringComparer.Ordinal);

    public IReadOnlyCollection<string> All => _all;

    public bool IsEmpty => _all.IsEmpty;

    public static PowerSet Read(string stored) => new(stored.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Every power there is to give.</summary>
    public static PowerSet Declared(CatalogueSnapshot catalogue) =>
        new(catalogue.Apps.Where(app => app.CanSignIn).SelectMany(app => app.Powers.Select(power => $"{app.Id}/{power.Id}")));

    public bool Holds(PowerSet other) => _all.IsSupersetOf(other._all);

    public PowerSet In(PowerSet other) => new(_all.Intersect(other._all));

    /// <summary>The powers in one app, by their own names.</summary>
    public IEnumerable<string> Of(string app) =>
        _all.Where(power => power.StartsWith(app + "/", StringComparison.Ordinal)).Select(power => power[(app.Length + 1)..]);

    /// <summary>As it is stored and as events have it.</summary>
    public override string ToString() => string.Join(' ', _all);
}
