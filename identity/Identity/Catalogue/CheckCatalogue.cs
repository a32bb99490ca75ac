using Backbone.Platform.Web.Components;
using Backbone.Platform.Yaml;

namespace Backbone.Identity.Catalogue;

/// <summary>Rules that one file alone cannot break: references between files.</summary>
internal static class CheckCatalogue
{
    public static void Check(List<CatalogueApp> apps, List<Sector> sectors, List<CatalogueScope> scopes, List<YamlFailure> failures)
    {
        foreach (var app in apps)
        {
            if (app.Icon is not null && !IconShapes.Has(app.Icon))
            {
                failures.Add(new(app.File, "icon", "one of " + string.Join(", ", IconShapes.Names), app.Icon));
            }

            if (sectors.TrueForAll(sector => sector.Id != app.Sector))
            {
                failures.Add(new(app.File, "sector", "one of " + string.Join(", ", sectors.Select(sector => sector.Id)), app.Sector));
            }

            foreach (var scope in app.Scopes.Where(scope => scopes.TrueForAll(known => known.Id != scope)))
            {
                failures.Add(new(app.File, "client.scopes", "one of " + string.Join(", ", scopes.Select(known => known.Id)), scope));
            }

            foreach (var resource in app.Requests.Where(resource => apps.TrueForAll(other => other.Resource != resource)))
            {
                failures.Add(new(app.File, "client.requests", "a resource that an app of the catalogue offers", resource));
            }
        }

        CheckResources(apps, failures);
        CheckPairwiseSectors(apps, failures);
    }

    private static void CheckResources(List<CatalogueApp> apps, List<YamlFailure> failures)
    {
        foreach (var same in apps.Where(app => app.Resource is not null).GroupBy(app => app.Resource, StringComparer.Ordinal).Where(same => same.Count() > 1))
        {
            failures.Add(new(string.Join(" and ", same.Select(app => app.File)), "client.resource", "offered by one app", same.Key!));
        }
    }

    /// <summary>Two owners with one sector could join what they know of a person: what pairwise subjects are there to prevent.</summary>
    private static void CheckPairwiseSectors(List<CatalogueApp> apps, List<YamlFailure> failures)
    {
        foreach (var same in apps.Where(app => app.Subject == SubjectKind.Pairwise).GroupBy(app => app.PairwiseSector, StringComparer.Ordinal))
        {
            if (same.Select(app => app.Owner).Distinct().Count() > 1)
            {
                failures.Add(new(string.Join(" and ", same.Select(app => app.File)), "client.pairwise-sector", "shared only by apps of one owner", same.Key));
            }
        }
    }
}
