using Backbone.Identity.AccountPages;
using Backbone.Identity.Catalogue;
using Backbone.Identity.Events;
using Backbone.Identity.Notices;
using Backbone.Identity.SignIn;
using Backbone.Identity.Storage;
using Backbone.Platform.Web.Components;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Primitives;

namespace Backbone.Identity.Organisations;

/// <summary>GET and POST /organisations/{code}/mandates/new: who may act, with which powers, from when and until when.</summary>
internal static class GiveMandate
{
    private const string Path = "/organisations/{code}/mandates/new";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, Show).WithName("identity.mandate.give").RequireAuthorization().RequireRecentSignIn();
        endpoints.MapPost(Path, Submit).WithName("identity.mandate.give.submit").RequireAuthorization().RequireRecentSignIn();
    }

    private static async Task<IResult> Show(
        HttpContext http, string code, Standings standings, AppCatalogue catalogue, TimeProvider clock, CancellationToken cancellation)
    {
        if (await standings.OfAsync(Asker.Of(http.User).Account, code, cancellation) is not { Gives: true } standing)
        {
            return new PageProblem(Problems.NotFound);
        }

        var today = MandateDates.Today(clock);
        return Page(Model(standing, catalogue, GiveForm.Empty(today), []), 200);
    }

    private static async Task<IResult> Submit(
        HttpContext http, string code, Standings standings, AppCatalogue catalogue, GivePowers give, IdentityDb db, TellOwner tell,
        IStringLocalizer<OrganisationTexts> words, TimeProvider clock, CancellationToken cancellation)
    {
        if (!http.Request.HasFormContentType)
        {
            return new PageProblem(Problems.UnsupportedMediaType);
        }

        // Whoever may give nothing reads that nothing is there; the event says who tried.
        var person = Asker.Of(http.User).Account;
        if (await standings.OfAsync(person, code, cancellation) is not { } standing)
        {
            return new PageProblem(Problems.NotFound);
        }

        var form = GiveForm.Read(await http.Request.ReadFormAsync(cancellation));
        var outcome = await give.HandleAsync(http, standing, form, cancellation);
        if (outcome is GiveOutcome.Given(var holder))
        {
            if (await db.Users.SingleOrDefaultAsync(account => account.Id == holder, cancellation) is { } account)
            {
                await tell.OfAsync(NoticeKind.MandateGiven, account);
            }

            return new SeeOther($"{ListOrganisations.Path}/{standing.Organisation.Code}?done=given");
        }

        var refused = (GiveOutcome.Refused)outcome;
        if (refused.Reason == "not_theirs_to_give" && !standing.Gives)
        {
            return new PageProblem(Problems.NotFound);
        }

        var error = new FieldError(refused.Field, words["Give_" + refused.Word, refused.Until is { } until ? SignInTimes.Clock(until) : MandateDates.LongestYears]);
        return Page(
            Model(standing, catalogue, form, [error]), refused.Until is null ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status429TooManyRequests);
    }

    private static GiveModel Model(Standing standing, AppCatalogue catalogue, GiveForm form, IReadOnlyList<FieldError> errors)
    {
        var mayGive = GivePowers.MayGive(standing, catalogue.Current);
        return new GiveModel(
            standing,
            [.. catalogue.Current.Apps.Where(app => mayGive.Of(app.Id).Any()).Select(app => new GiveApp(app, [.. app.Powers.Where(power => mayGive.Of(app.Id).Contains(power.Id))]))],
            form, errors);
    }

    private static RazorComponentResult Page(GiveModel model, int status) => new(typeof(GiveMandatePage), new { Data = model }) { StatusCode = status };
}

/// <summary>What was typed; nothing of it is believed.</summary>
internal sealed record GiveForm(string Contact, string Name, string Kind, IReadOnlyList<string> Powers, string From, string Until)
{
    public static GiveForm Empty(DateOnly today) => new("", "", "agent", [], MandateDates.Write(today), MandateDates.Write(today.AddYears(1).AddDays(-1)));

    public static GiveForm Read(IFormCollection form) => new(
        One(form["contact"]), One(form["name"]), One(form["kind"]), [.. form["power"].OfType<string>().Distinct(StringComparer.Ordinal).Take(1000)],
        One(form["from"]), One(form["until"]));

    private static string One(StringValues values) => values is [{ Length: <= 300 } value] ? value : "";
}

internal sealed record GiveApp(CatalogueApp App, IReadOnlyList<AppPower> Powers);

internal sealed record GiveModel(Standing Standing, IReadOnlyList<GiveApp> Apps, GiveForm Form, IReadOnlyList<FieldError> Errors)
{
    public string? ErrorOf(string field) => Errors.FirstOrDefault(error => error.FieldId == field)?.Message;
}
