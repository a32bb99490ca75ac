using System.Security.Claims;
using System.Text;
using Backbone.Identity.Catalogue;

namespace Backbone.Identity.Portal;

/// <summary>One heading of the portal with the apps below it that the person may open.</summary>
internal sealed record PortalSector(Sector Sector, IReadOnlyList<CatalogueApp> Apps);

/// <summary>Which apps a person sees, and which of them a search finds. Pure: the same catalogue, person and words give the same list.</summary>
internal static class FindApps
{
    /// <summary>Longer searches are cut: no name is longer.</summary>
    public const int LongestSearch = 50;

    private const string Role = "role";

    /// <summary>The role every staff account has.</summary>
    private const string Staff = "staff";

    /// <summary>Sectors in their order with the apps for this person, connected ones first; sectors without any are left out.</summary>
    public static IReadOnlyList<PortalSector> For(CatalogueSnapshot catalogue, ClaimsPrincipal person, string search)
    {
        var words = Normal(search).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return
        [
            .. catalogue.Sectors
                .Select(sector => new PortalSector(sector,
                [
                    .. catalogue.Apps
                        .Where(app => app.Sector == sector.Id && app.Listed && MayOpen(app, person) && Matches(app, sector, words))
                        .OrderByDescending(app => app.CanSignIn),
                ]))
                .Where(sector => sector.Apps.Count > 0),
        ];
    }

    public static bool MayOpen(CatalogueApp app, ClaimsPrincipal person)
    {
        var isStaff = person.HasClaim(Role, Staff);
        return app.Audience switch
        {
            AppAudience.Citizens => !isStaff,
            AppAudience.Staff => isStaff,
            _ => true,
        }
        && (app.Roles.IsEmpty || app.Roles.Any(role => person.HasClaim(Role, role)));
    }

    /// <summary>Every word must be found somewhere: any part of a Chinese or English text, of the syllables, or of their initials.</summary>
    private static bool Matches(CatalogueApp app, Sector sector, string[] words)
    {
        if (words.Length == 0)
        {
            return true;
        }

        var syllables = app.Pinyin.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var text = Normal(string.Join(
            '\n',
            app.Name.Zh, app.Name.En, app.Description.Zh, app.Description.En, app.Owner.Zh, app.Owner.En, sector.Name.Zh, sector.Name.En,
            app.Region.Zh, app.Region.En, string.Concat(syllables), string.Concat(syllables.Select(syllable => syllable[0]))));
        return Array.TrueForAll(words, word => text.Contains(word, StringComparison.Ordinal));
    }

    /// <summary>Full-width letters and capitals are the same to a person who searches.</summary>
    private static string Normal(string text) => text.Normalize(NormalizationForm.FormKC).ToLowerInvariant();

}
