using Backbone.Identity.AccountPages;
using Backbone.Identity.Authorize;
using Backbone.Identity.Catalogue;
using Backbone.Identity.Clients;
using Backbone.Identity.Events;
using Backbone.Identity.Organisations;
using Backbone.Identity.Sessions;
using Backbone.Identity.Storage;
using Backbone.Platform;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Pages;
using Backbone.Platform.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Backbone.Identity.Acting;

/// <summary>
/// GET and POST /acting: for whom the person acts in this session, on the way to an app or by a switch later. Tokens an app has stay as they are;
/// its next sign-in is for whom was chosen.
/// </summary>
internal static class ChooseActing
{
    public const string Path = "/acting";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, Show).WithName("identity.acting").RequireAuthorization();
        endpoints.MapPost(Path, Submit).WithName("identity.acting.choose").RequireAuthorization();
    }

    /// <summary>The page's address on the way to somewhere.</summary>
    public static string At(string back) => QueryHelpers.AddQueryString(Path, "return", back);

    private static async Task<IResult> Show(
        HttpContext http, [FromQuery(Name = "return")] string? back, CachedClientManager clients, Standings standings, ActingChoice choice,
        CancellationToken cancellation)
    {
        var person = Asker.Of(http.User).Account;
        var request = await AuthorizationAddress.ReadAsync(back, clients, cancellation);
        if (request is null || request.Client.Profile.Acting == ActingPolicy.None)
        {
            var all = await standings.AllAsync(person, cancellation);
            return Page(new ActingModel([.. all.Select(one => one.Organisation)], LocalPath.OrRoot(back), http.User.ActingFor(), null));
        }

        http.AllowFormAction(request.RedirectUri);
        var usable = await choice.UsableAsync(person, request.Client.Application.ClientId!, cancellation);
        return Page(new ActingModel([.. usable.Select(one => one.Organisation)], back!, http.User.ActingFor(), new ActingAsker(
            new Bilingual(request.Client.Profile.NameZh, request.Client.Profile.NameEn),
            request.Client.Profile.Acting == ActingPolicy.Required,
            QueryHelpers.AddQueryString(back!, ActingChoice.RefusedParameter, "true"))));
    }

    private static async Task<IResult> Submit(
        HttpContext http, [FromForm] string? organisation, [FromForm(Name = "return")] string? back, CachedClientManager clients, Standings standings,
        IdentityDb db, IStringLocalizer<OrganisationTexts> words, CancellationToken cancellation)
    {
        var asker = Asker.Of(http.User);
        var target = LocalPath.OrRoot(back);
        var standing = string.IsNullOrEmpty(organisation) ? null : await standings.OfAsync(asker.Account, organisation, cancellation);
        if (organisation is null || (organisation.Length > 0 && standing is null))
        {
            // Withdrawn meanwhile, or never theirs. What was typed may be anything and is not repeated.
            db.Record(OrganisationEvents.ChoiceRefused(http, null));
            await db.SaveChangesAsync(cancellation);
            return new PageProblem(OrganisationProblems.NoMandate) { Title = words["NoMandate_Title"], Explanation = words["NoMandate_Text"] };
        }

        var chosen = standing?.Organisation.Code ?? ActingChoice.Self;
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellation))
        {
            await db.Sessions.Where(session => session.Id == asker.Session && session.EndedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(session => session.ActingFor, chosen), cancellation);
            db.Record(OrganisationEvents.Chosen(http, standing?.Organisation.Code));
            await db.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
        }

        if (await AuthorizationAddress.ReadAsync(back, clients, cancellation) is not { } request)
        {
            return new SeeOther(target);
        }

        http.AllowFormAction(request.RedirectUri);
        return new SeeOther(target.Contains(ActingChoice.ChosenParameter + "=", StringComparison.Ordinal)
            ? target
            : QueryHelpers.AddQueryString(target, ActingChoice.ChosenParameter, "true"));
    }

    private static RazorComponentResult Page(ActingModel model) => new(typeof(ActingPage), new { Data = model });
}

/// <param name="Organisations">Those there are to choose from.</param>
/// <param name="Back">Where the person goes on.</param>
/// <param name="Chosen">The code chosen so far.</param>
/// <param name="Asker">The app that asks; null for a switch by hand.</param>
internal sealed record ActingModel(IReadOnlyList<Organisation> Organisations, string Back, string? Chosen, ActingAsker? Asker);

/// <param name="Name">The app.</param>
/// <param name="IsRequired">It wants an organisation.</param>
/// <param name="Refuse">Back to it without.</param>
internal sealed record ActingAsker(Bilingual Name, bool IsRequired, string Refuse);
