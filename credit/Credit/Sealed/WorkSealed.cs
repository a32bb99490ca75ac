using Backbone.Audit.Outbox;
using Backbone.Credit.Cases;
using Backbone.Credit.Cases.Desk;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Events;
using Backbone.Credit.Facts;
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

namespace Backbone.Credit.Sealed;

/// <summary>
/// Openings of sealed copies at a credit officer's desk: the list with the form that asks, one opening with the decision and, while it lasts, what was
/// opened. Nothing sealed is read before the event of the reading is on its way to the log.
/// </summary>
internal static class WorkSealed
{
    public const string List = CasePaths.Desk + "/sealed";

    private const int Most = 100;
    private const int ShortestReason = 10;

    public static string Of(SealedOpening opening) => $"{List}/{opening.Entity}/{opening.Id:D}";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(List, ShowList).WithName("credit.sealed").RequireAuthorization(ListWork.Policy);
        endpoints.MapPost(List, Ask).WithName("credit.sealed.ask").RequireAuthorization(ListWork.Policy);
        endpoints.MapGet(List + "/{entity}/{id}", Show).WithName("credit.sealed.opening").RequireAuthorization(ListWork.Policy);
        endpoints.MapPost(List + "/{entity}/{id}", Decide).WithName("credit.sealed.decide").RequireAuthorization(ListWork.Policy);
        endpoints.MapGet(List + "/{entity}/{id}/copy.json", Export).WithName("credit.sealed.export").RequireAuthorization(ListWork.Policy);
    }

    private static async Task<IResult> ShowList(HttpContext http, CreditDb db, TimeProvider clock) =>
        await ListAsync(http, db, clock, new AskForm("", "", ""), [], StatusCodes.Status200OK);

    private static async Task<IResult> Ask(HttpContext http, CreditDb db, OpenSealed open, TimeProvider clock, IStringLocalizer<SealedTexts> words)
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
        string Text(string name) => sent[name].ToString().Trim().ReplaceLineEndings("\n");
        var form = new AskForm(Text("entity"), Text("basis"), Text("reason"));
        var reading = EntityCode.Read(form.Entity);
        List<FieldError> errors = [];
        if (reading.Fault != EntityCodeFault.None)
        {
            errors.Add(new("entity", Codes.CodeWords.Of(reading).ToString()));

            // A number that may be a person's is not given back.
            form = form with { Entity = reading.Fault is EntityCodeFault.ResidentIdentityNumber or EntityCodeFault.NaturalPerson ? "" : form.Entity };
        }

        Check("basis", form.Basis, 2, SealedOpening.LongestBasis);
        Check("reason", form.Reason, ShortestReason, SealedOpening.LongestReason);
        if (errors.Count == 0)
        {
            if (await open.AskAsync(reading.Code, form.Basis, form.Reason, officer, http.RequestAborted) is { } opening)
            {
                return new SeeOther(Of(opening) + "?done=asked");
            }

            errors.Add(new("entity", words["Ask_Nothing"]));
        }

        return await ListAsync(http, db, clock, form, errors, StatusCodes.Status422UnprocessableEntity);

        void Check(string field, string text, int least, int most)
        {
            if (text.Length < least || text.Length > most)
            {
                errors.Add(new(field, words["Text_Length", least, most, text.Length]));
            }
            else if (PersonsNumber.IsIn(text) || text.Any(character => char.IsControl(character) && character != '\n'))
            {
                errors.Add(new(field, words["Text_Person"]));
            }
        }
    }

    private static async Task<IResult> Show(HttpContext http, string entity, CaseId id, [FromQuery] string? done, CreditDb db, FactCatalogue catalogue, TimeProvider clock)
    {
        if (Officer.Of(http.User) is not { } officer)
        {
            return NobodyKnown();
        }

        if (await FindAsync(http, db, entity, id) is not { } opening)
        {
            return new PageProblem(Problems.NotFound);
        }

        var copy = opening.MayRead(officer.Person!.Value, clock.GetUtcNow()) ? await ReadAsync(http, db, catalogue, opening, clock) : null;
        if (copy is not null)
        {
            var bytes = copy.ToBytes();
            db.Record(OpenSealed.EventOf(SealedKinds.Read, officer, opening, clock).With("resource.count", copy.Facts.Length).With("resource.digest", SealedCopy.DigestOf(bytes)));
            await db.SaveChangesAsync(http.RequestAborted);
        }

        return Page(http, new OpeningModel(opening, copy, officer.Person.Value, clock.GetUtcNow(), done, "", []), StatusCodes.Status200OK);
    }

    private static async Task<IResult> Decide(
        HttpContext http, string entity, CaseId id, CreditDb db, OpenSealed open, TimeProvider clock, IStringLocalizer<SealedTexts> words)
    {
        if (Officer.Of(http.User) is not { } officer)
        {
            return NobodyKnown();
        }

        if (!http.Request.HasFormContentType)
        {
            return new PageProblem(Problems.UnsupportedMediaType);
        }

        if (await FindAsync(http, db, entity, id) is not { } opening)
        {
            return new PageProblem(Problems.NotFound);
        }

        var sent = await http.Request.ReadFormAsync(http.RequestAborted);
        var (act, answer) = (sent["act"].ToString(), sent["answer"].ToString().Trim().ReplaceLineEndings("\n"));
        if (act is not ("agree" or "refuse") || !int.TryParse(sent["seen"], out var seen))
        {
            return new PageProblem(Problems.BadRequest, "act: agree or refuse; seen: the version of the page");
        }

        if (act == "refuse" && (answer.Length is < ShortestReason or > SealedOpening.LongestReason || PersonsNumber.IsIn(answer)))
        {
            return Page(
                http, new OpeningModel(opening, null, officer.Person!.Value, clock.GetUtcNow(), null, answer, [new("answer", words["Text_Length", ShortestReason, SealedOpening.LongestReason, answer.Length])]),
                StatusCodes.Status422UnprocessableEntity);
        }

        return await open.DecideAsync(EntityCode.Parse(opening.Entity), opening.Id, act == "agree", answer, officer, seen, http.RequestAborted) switch
        {
            OpeningOutcome.Done => new SeeOther($"{Of(opening)}?done={(act == "agree" ? "opened" : "refused")}"),
            OpeningOutcome.SamePerson => new PageProblem(Problems.Forbidden, "Who asked for an opening does not agree to it.")
            {
                Title = words["Same_Title"],
                Explanation = words["Same_Text"],
                Exits = [new(Of(opening), words["Back"])],
            },
            OpeningOutcome.NotFound => new PageProblem(Problems.NotFound),
            _ => new SeeOther(Of(opening) + "?done=changed"),
        };
    }

    private static async Task<IResult> Export(HttpContext http, string entity, CaseId id, CreditDb db, FactCatalogue catalogue, TimeProvider clock)
    {
        if (Officer.Of(http.User) is not { } officer)
        {
            return NobodyKnown();
        }

        if (await FindAsync(http, db, entity, id) is not { } opening)
        {
            return new PageProblem(Problems.NotFound);
        }

        if (!opening.MayRead(officer.Person!.Value, clock.GetUtcNow()))
        {
            db.Record(OpenSealed.EventOf(SealedKinds.Export, officer, opening, clock, "closed"));
            await db.SaveChangesAsync(http.RequestAborted);
            return new PageProblem(Problems.Forbidden, "It is open to the two who asked and agreed, for 24 hours.");
        }

        var copy = await ReadAsync(http, db, catalogue, opening, clock);
        var bytes = copy.ToBytes();
        db.Record(OpenSealed.EventOf(SealedKinds.Export, officer, opening, clock).With("resource.count", copy.Facts.Length).With("resource.digest", SealedCopy.DigestOf(bytes)));
        await db.SaveChangesAsync(http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.File(bytes, "application/json", $"sealed-{opening.Entity}-{opening.Id:N}.json");
    }

    private static Task<SealedCopy> ReadAsync(HttpContext http, CreditDb db, FactCatalogue catalogue, SealedOpening opening, TimeProvider clock) =>
        SealedCopy.ReadAsync(db, catalogue, EntityCode.Parse(opening.Entity), ChinaDay.Today(clock), http.RequestAborted);

    private static Task<SealedOpening?> FindAsync(HttpContext http, CreditDb db, string entity, CaseId id) =>
        db.SealedOpenings.AsNoTracking().SingleOrDefaultAsync(one => one.Entity == entity && one.Id == id.Value, http.RequestAborted);

    private static async Task<IResult> ListAsync(HttpContext http, CreditDb db, TimeProvider clock, AskForm form, IReadOnlyList<FieldError> errors, int status)
    {
        var rows = await db.SealedOpenings.AsNoTracking().ForAllOrganisations("openings of sealed copies").OrderByDescending(one => one.AskedAt).ThenBy(one => one.Id).Take(Most).ToListAsync(http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult(typeof(SealedListPage), new { Data = new SealedListModel(rows, form, errors, clock.GetUtcNow()) }) { StatusCode = status };
    }

    private static PageProblem NobodyKnown() => new(Problems.Forbidden, "The sign-in names no person of this system.");

    private static RazorComponentResult Page(HttpContext http, OpeningModel model, int status)
    {
        http.Response.Headers.CacheControl = "no-store";
        return new(typeof(SealedOpeningPage), new { Data = model }) { StatusCode = status };
    }
}

/// <summary>What was typed into the form that asks.</summary>
internal sealed record AskForm(string Entity, string Basis, string Reason);

internal sealed record SealedListModel(IReadOnlyList<SealedOpening> Openings, AskForm Form, IReadOnlyList<FieldError> Errors, DateTimeOffset Now)
{
    public string? ErrorOf(string field) => Errors.FirstOrDefault(error => error.FieldId == field)?.Message;
}

/// <param name="Copy">Null unless it is open to the reader.</param>
internal sealed record OpeningModel(
    SealedOpening Opening, SealedCopy? Copy, Guid Reader, DateTimeOffset Now, string? Done, string Answer, IReadOnlyList<FieldError> Errors)
{
    public bool MayDecide => Opening.State == OpeningState.Asked;

    public string? ErrorOf(string field) => Errors.FirstOrDefault(error => error.FieldId == field)?.Message;
}
