using Backbone.Identity.AccountPages;
using Backbone.Identity.Events;
using Backbone.Identity.Notices;
using Backbone.Identity.Storage;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Backbone.Identity.Organisations;

/// <summary>
/// GET and POST /organisations/{code}/mandates/{id}/end: takes powers back, or lays the own ones down. The legal representative's are not ended
/// here: an organisation is never left with nobody who may give powers, and only the registry names another.
/// </summary>
internal static class EndMandate
{
    private const string Path = "/organisations/{code}/mandates/{mandate}/end";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, Show).WithName("identity.mandate.end").RequireAuthorization();
        endpoints.MapPost(Path, Submit).WithName("identity.mandate.end.submit").RequireAuthorization();
    }

    private static async Task<IResult> Show(
        HttpContext http, string code, string mandate, Standings standings, IdentityDb db, CancellationToken cancellation)
    {
        var person = Asker.Of(http.User).Account;
        if (await FindAsync(db, standings, person, code, mandate, cancellation) is not var (standing, found) || !standing.MayEnd(found, person))
        {
            return new PageProblem(Problems.NotFound);
        }

        var names = await ShowOrganisation.NamesAsync(db, [found.AccountId], cancellation);
        var resting = await db.Mandates.CountAsync(one => one.RestsOn == found.Id && one.EndedAt == null, cancellation);
        return new RazorComponentResult(typeof(EndMandatePage), new
        {
            Data = new EndModel(standing.Organisation, found, names.GetValueOrDefault(found.AccountId, ""), found.AccountId == person, resting),
        });
    }

    private static async Task<IResult> Submit(
        HttpContext http, string code, string mandate, Standings standings, IdentityDb db, EndMandates end, TellOwner tell,
        IStringLocalizer<OrganisationTexts> words, CancellationToken cancellation)
    {
        var person = Asker.Of(http.User).Account;
        if (await FindAsync(db, standings, person, code, mandate, cancellation) is not var (standing, found))
        {
            return new PageProblem(Problems.NotFound);
        }

        if (!standing.MayEnd(found, person))
        {
            var isLast = found.Kind == MandateKind.Representative && found.AccountId == person;
            db.Record(OrganisationEvents.EndRefused(http, found, isLast ? "last_representative" : "not_theirs_to_end"));
            await db.SaveChangesAsync(cancellation);
            return isLast
                ? new PageProblem(OrganisationProblems.LastRepresentative) { Title = words["Last_Title"], Explanation = words["Last_Text"] }
                : new PageProblem(Problems.NotFound);
        }

        // Of two that end it at once both are answered, and one is told of.
        if (await end.OneAsync(found.Id, person, EventContext.Of(http), cancellation)
            && found.AccountId != person && await db.Users.SingleOrDefaultAsync(account => account.Id == found.AccountId, cancellation) is { } holder)
        {
            await tell.OfAsync(NoticeKind.MandateEnded, holder);
        }

        return await standings.OfAsync(person, code, cancellation) is null
            ? new SeeOther(ListOrganisations.Path)
            : new SeeOther($"{ListOrganisations.Path}/{standing.Organisation.Code}?done=ended");
    }

    /// <summary>One of the organisation the asker has a standing in; another's is not there.</summary>
    private static async Task<(Standing Standing, Mandate Mandate)?> FindAsync(
        IdentityDb db, Standings standings, Guid person, string code, string mandate, CancellationToken cancellation) =>
        Guid.TryParseExact(mandate, "D", out var id) && await standings.OfAsync(person, code, cancellation) is { } standing
        && await db.Mandates.AsNoTracking().SingleOrDefaultAsync(
            one => one.Id == id && one.OrganisationCode == standing.Organisation.Code, cancellation) is { } found
            ? (standing, found)
            : null;
}

/// <param name="Resting">How many agents lose their powers with it.</param>
internal sealed record EndModel(Organisation Organisation, Mandate Mandate, string Person, bool IsOwn, int Resting);
