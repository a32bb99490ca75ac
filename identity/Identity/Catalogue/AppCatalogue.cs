namespace Backbone.Identity.Catalogue;

/// <summary>
/// The catalogue in force. Written only by <see cref="ApplyCatalogue"/>; everybody else reads <see cref="Current"/>, once per use, and
/// never sees half of a change.
/// </summary>
internal sealed class AppCatalogue
{
    private volatile CatalogueSnapshot current = CatalogueSnapshot.Empty;

    public CatalogueSnapshot Current => current;

    /// <summary>Raised after a new version is in the database and in force, with the ids of the changed apps: drop what is cached of them.</summary>
    public event Action<IReadOnlyList<string>>? Changed;

    /// <param name="next">The version that is in the database.</param>
    /// <param name="written">Ids whose row changed; a new secret changes the row and not the file.</param>
    internal IReadOnlyList<string> Put(CatalogueSnapshot next, IEnumerable<string> written)
    {
        var changed = current.ChangedIn(next).Union(written, StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        current = next;
        if (changed.Count > 0)
        {
            Changed?.Invoke(changed);
        }

        return changed;
    }
}
