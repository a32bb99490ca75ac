using Backbone.Audit.Outbox;
using Backbone.Credit.Cases;
using Backbone.Credit.Cases.Desk;
using Backbone.Credit.Codes;
using Backbone.Credit.Events;
using Backbone.Credit.Facts;
using Backbone.Credit.Packs.Keeping;
using Backbone.Credit.Reports;
using Backbone.Credit.Storage;
using Backbone.Platform.Entities;
using Backbone.Platform.Web.Components;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Backbone.Credit.Entities;

/// <summary>
/// The console's page of one organisation. Whoever opens it says what for and by which law, as a program does: it is a question like theirs, an event before anything is
/// shown, and the organisation finds it among those who looked. It stays open to that officer alone, for an hour.
/// </summary>
internal static class LookAtEntity
{
    public const string Path = CasePaths.Desk + "/entities";

    /// <summary>How long a page is read by one look.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromHours(1);

    public static string Of(string entity, Guid look) => $"{Path}/{entity}/{look:D}";

    /// <summary>The form with the code written in.</summary>
    public static string For(string entity) => $"{Path}?entity={entity}";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, ShowForm).WithName("credit.desk.entities").RequireAuthorization(ListWork.Policy);
        endpoints.MapPost(Path, Look).WithName("credit.desk.entities.look").RequireAuthorization(ListWork.Policy);
        endpoints.MapGet(Path + "/{entity}/{id}", Show).WithName("credit.desk.entity").RequireAuthorization(ListWork.Policy);
    }

    private static RazorComponentResult ShowForm(HttpContext http, [FromQuery] string? entity, [FromQuery] string? over, PacksInForce packs) =>
        Form(http, packs, new(EntityCode.Read(entity ?? "") is { Fault: EntityCodeFault.None } reading ? reading.Code.ToString() : "", "", ""), [], over is not null);

    private static async Task<IResult> Look(
        HttpContext http, CreditDb db, ScoreEntity score, PacksInForce packs, IStringLocalizer<EntityTexts> words, TimeProvider clock)
    {
        if (Officer.Of(http.User) is not { } officer)
        {
            return NobodyKnown();
        }

        if (!http.Request.HasFormContentType)
        {
            return new PageProblem(Problems.UnsupportedMediaType);
        }

        var sent = await http.Request.ReadFormAsync(http.RequestAborted);
        LookForm form = new(sent["entity"].ToString().Trim(), sent["purpose"].ToString(), sent["basis"].ToString().Trim());
        var errors = Errors(form, packs, words, out var code);
        var scored = errors.Count > 0 ? null : await score.RunAsync(code, new(form.Purpose, ChinaDay.Today(clock), null), http.RequestAborted);
        if (errors.Count == 0 && scored is null)
        {
            errors.Add(new("entity", words["Unknown"]));
        }

        if (scored is null)
        {
            // A number that may be a person's is not given back; a question that found nothing is an event all the same.
            var refusal = errors[0].FieldId != "entity" ? null
                : code.IsNone ? EntityCode.Read(form.Entity).Fault is EntityCodeFault.NaturalPerson or EntityCodeFault.ResidentIdentityNumber ? QueryReasons.NaturalPerson : QueryReasons.NoCode
                : QueryReasons.UnknownOrganisation;
            if (refusal is not null)
            {
                db.Record(AskReport.Asked(officer, AskReport.DeskKind, clock, refusal, code));
                await db.SaveChangesAsync(http.RequestAborted);
            }

            return Form(http, packs, refusal == QueryReasons.NaturalPerson ? form with { Entity = "" } : form, errors, false);
        }

        var look = AskReport.Told(officer, AskReport.DeskKind, form.Purpose, form.Basis, scored, null, clock);
        db.Queries.Add(look);
        db.Record(AskReport.Answered(officer, look, scored, clock));
        await db.SaveChangesAsync(http.RequestAborted);
        return new SeeOther(Of(look.Entity, look.Id));
    }

    private static async Task<IResult> Show(HttpContext http, string entity, CaseId id, CreditDb db, ReadEntity read, PacksInForce packs, TimeProvider clock)
    {
        if (Officer.Of(http.User) is not { } officer)
        {
            return NobodyKnown();
        }

        var look = await db.Queries.AsNoTracking().SingleOrDefaultAsync(one => one.Entity == entity && one.Id == id.Value && one.Kind == AskReport.DeskKind, http.RequestAborted);
        if (look is null || look.Person != officer.Person)
        {
            return new PageProblem(Problems.NotFound);
        }

        if (clock.GetUtcNow() >= look.At + Lasts)
        {
            return new SeeOther(For(look.Entity) + "&over=1");
        }

        http.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult(typeof(EntityPage), new { Data = new EntityModel(await read.RunAsync(look, http.RequestAborted), packs.Current.Pack, look.At + Lasts) });
    }

    private static List<FieldError> Errors(LookForm form, PacksInForce packs, IStringLocalizer<EntityTexts> words, out EntityCode code)
    {
        List<FieldError> errors = [];
        var reading = EntityCode.Read(form.Entity);
        code = reading.Fault == EntityCodeFault.None ? reading.Code : default;
        if (reading.Fault != EntityCodeFault.None)
        {
            errors.Add(new("entity", CodeWords.Of(reading).ToString()));
        }

        if (!packs.Current.Pack.Purposes.Any(one => one.Id == form.Purpose))
        {
            errors.Add(new("purpose", words["Purpose_Missing"]));
        }

        if (form.Basis.Length is < ReadQuestion.ShortestBasis or > ReadQuestion.LongestBasis)
        {
            errors.Add(new("basis", words["Basis_Length", ReadQuestion.ShortestBasis, ReadQuestion.LongestBasis, form.Basis.Length]));
        }
        else if (form.Basis.Any(char.IsControl) || PersonsNumber.IsIn(form.Basis))
        {
            errors.Add(new("basis", words["Basis_Person"]));
        }

        return errors;
    }

    private static RazorComponentResult Form(HttpContext http, PacksInForce packs, LookForm form, List<FieldError> errors, bool isOver)
    {
        http.Response.Headers.CacheControl = "no-store";
        return new(typeof(FindEntityPage), new { Data = new FindModel(packs.Current.Pack, form, errors, isOver) })
        {
            StatusCode = errors.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
        };
    }

    private static PageProblem NobodyKnown() => new(Problems.Forbidden, "The sign-in names no person of this system.");
}

/// <summary>What was typed.</summary>
internal sealed record LookForm(string Entity, string Purpose, string Basis);

/// <param name="IsOver">The hour of a look is over.</param>
internal sealed record FindModel(Scoring.Packs.PolicyPack Pack, LookForm Form, IReadOnlyList<FieldError> Errors, bool IsOver)
{
    public string? ErrorOf(string field) => Errors.FirstOrDefault(error => error.FieldId == field)?.Message;
}

/// <param name="Until">When the look is over.</param>
internal sealed record EntityModel(EntityView View, Scoring.Packs.PolicyPack Pack, DateTimeOffset Until);
