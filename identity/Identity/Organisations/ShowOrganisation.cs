using Backbone.Identity.AccountPages;
using Backbone.Identity.Catalogue;
using Backbone.Identity.Sessions;
using Backbone.Identity.Storage;
using Backbone.Platform.Web.Components;
using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Organisations;

/// <summary>
/// GET /organisations/{code}: the organisation's own page: who acts for it with which powers, in which apps, and who is at it now. Who gives
/// powers sees whom they were given to; an agent sees their own.
/// </summary>
internal static class ShowOrganisation
{
    /// <summary>More than one page of mandates or sessions is not shown; the record has all.</summary>
    private const int Most = 200;

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/organisations/{code}", Show).WithName("identity.organisation").RequireAuthorization();

    private static async Task<IResult> Show(
        HttpContext http, string code, string? done, Standings standings, IdentityDb db, AppCatalogue catalogue, TimeProvider clock,
        CancellationToken cancellation)
    {
        var person = Asker.Of(http.User).Account;
        if (await standings.OfAsync(person, code, cancellation) is not { } standing)
        {
            return new PageProblem(Problems.NotFound);
        }

        var now = clock.GetUtcNow();
        var all = await db.Mandates.AsNoTracking()
            .Where(m => m.OrganisationCode == standing.Organisation.Code && m.EndedAt == null && (m.Until == null || m.Until > now))
            .OrderBy(m => m.Kind).ThenBy(m => m.GivenAt).Take(Most).ToListAsync(cancellation);
        var seen = all.Where(mandate => standing.IsRepresentative || mandate.AccountId == person || standing.MayEnd(mandate, person)).ToList();
        var people = await NamesAsync(db, seen.Select(mandate => mandate.AccountId), cancellation);
        var uses = standing.Gives ? await UsesAsync(db, standing, seen, cancellation) : [];
        return new RazorComponentResult(typeof(OrganisationPage), new
        {
            Data = new OrganisationModel(
                standing,
                [
                    .. seen.Select(mandate => new ShownMandate(
                        mandate, people.GetValueOrDefault(mandate.AccountId, ""), mandate.AccountId == person, standing.MayEnd(mandate, person),
                        [.. PowersOf(mandate, catalogue.Current)])),
                ],
                [.. catalogue.Current.Apps.Where(app => app is { CanSignIn: true, Acting: not ActingPolicy.None })],
                [.. uses.Select(use => new ShownUse(people.GetValueOrDefault(use.AccountId, ""), NameOf(use.ClientId, catalogue.Current), use.At))],
                http.User.ActingFor() == standing.Organisation.Code,
                now,
                done),
        });
    }

    /// <summary>In full, to those who gave the powers or hold them: they must know whom.</summary>
    internal static async Task<Dictionary<Guid, string>> NamesAsync(IdentityDb db, IEnumerable<Guid> accounts, CancellationToken cancellation)
    {
        var ids = accounts.Distinct().ToList();
        return await db.Users.AsNoTracking().Where(account => ids.Contains(account.Id))
            .ToDictionaryAsync(account => account.Id, account => account.DisplayName, cancellation);
    }

    internal static string NameOf(string client, CatalogueSnapshot catalogue) => catalogue.Find(client)?.Name.ToString() ?? client;

    /// <summary>Sign-ins in its name whose session still lives, of the persons the asker sees.</summary>
    private static async Task<List<ActingUse>> UsesAsync(IdentityDb db, Standing standing, List<Mandate> seen, CancellationToken cancellation)
    {
        var accounts = seen.Select(mandate => mandate.AccountId).ToList();
        var ids = seen.Select(mandate => mandate.Id).ToList();
        return await db.ActingUses.AsNoTracking()
            .Where(use => use.OrganisationCode == standing.Organisation.Code && accounts.Contains(use.AccountId)
                && db.Sessions.Any(session => session.Id == use.SessionId && session.EndedAt == null)
                && db.ActingGrants.Any(grant => grant.AuthorizationId == use.AuthorizationId && ids.Contains(grant.MandateId)))
            .OrderByDescending(use => use.At).Take(Most).ToListAsync(cancellation);
    }

    private static IEnumerable<ShownPower> PowersOf(Mandate mandate, CatalogueSnapshot catalogue) =>
        PowerSet.Read(mandate.Powers).All.Select(power => power.Split('/', 2)).GroupBy(parts => parts[0], StringComparer.Ordinal)
            .Select(group => new ShownPower(
                NameOf(group.Key, catalogue),
                [.. group.Select(parts => catalogue.Find(group.Key)?.Powers.FirstOrDefault(power => power.Id == parts[1])?.Title.ToString() ?? parts[1])]));
}

/// <param name="Standing">Who asks.</param>
/// <param name="Mandates">What they may see.</param>
/// <param name="Apps">Where one can act for an organisation.</param>
/// <param name="Uses">Who is at an app in its name now.</param>
/// <param name="IsActing">The session acts for it.</param>
/// <param name="Now">The time of this answer.</param>
/// <param name="Done">What was just done.</param>
internal sealed record OrganisationModel(
    Standing Standing, IReadOnlyList<ShownMandate> Mandates, IReadOnlyList<CatalogueApp> Apps, IReadOnlyList<ShownUse> Uses, bool IsActing,
    DateTimeOffset Now, string? Done);

internal sealed record ShownMandate(Mandate Mandate, string Person, bool IsOwn, bool MayEnd, IReadOnlyList<ShownPower> Powers);

internal sealed record ShownPower(string App, IReadOnlyList<string> Powers);

internal sealed record ShownUse(string Person, string App, DateTimeOffset At);
