using Backbone.Platform.Yaml;

namespace Backbone.Identity.Catalogue;

/// <summary>Reads the two shared files: the portal's headings and the words of the scopes.</summary>
internal static class ReadWords
{
    public static IEnumerable<Sector> Sectors(YamlMap file)
    {
        foreach (var (id, map) in file.Maps())
        {
            yield return new Sector(id, map.Both("name"), map.Both("description"), map.Text("icon"));
            map.RefuseOthers();
        }

        file.RefuseOthers();
    }

    public static IEnumerable<CatalogueScope> Scopes(YamlMap file)
    {
        foreach (var (id, map) in file.Maps())
        {
            yield return new CatalogueScope(
                id, map.Both("title"), map.Both("data"), map.Both("why"), map.Texts("claims"), map.Flag("always", false));
            map.RefuseOthers();
        }

        file.RefuseOthers();
    }
}
