using System.Globalization;
using Backbone.Audit.Outbox;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Cases.Evidence;
using Backbone.Credit.Events;
using Backbone.Credit.Facts;
using Backbone.Credit.Sealed;
using Backbone.Credit.Storage;
using Backbone.Platform.Entities;
using Backbone.Platform.Web.Components;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Keys;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Backbone.Credit.Cases.Desk;

/// <summary>
/// One case at a credit officer's desk: what is asked, the fact, the files, the history, and the steps that can be taken now. Each look and each file opened
/// is an event, on its way to the log before the answer.
/// </summary>
internal static class WorkCase
{
    private const string Path = CasePaths.Desk + "/cases/{entity}/{id}";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, Show).WithName("credit.desk.case").RequireAuthorization(ListWork.Policy);
        endpoints.MapPost(Path, Step).WithName("credit.desk.case.step").RequireAuthorization(ListWork.Policy);
        endpoints.MapGet(CasePaths.Desk + "/files/{entity}/{id}/{file}", OpenFile).WithName("credit.desk.case.file").RequireAuthorization(ListWork.Policy);
    }

    private static async Task<IResult> Show(
        HttpContext http, string entity, CaseId id, [FromQuery] string? done, CreditDb db, CaseClocks clocks, FactCatalogue catalogue, CaseEffect effect, TimeProvider clock)
    {
        if (Officer.Of(http.User) is not { } officer)
        {
            return NobodyKnown();
        }

        if (await ViewAsync(http, entity, id, db, catalogue, clocks) is not { } view)
        {
            return new PageProblem(Problems.NotFound);
        }

        db.Record(CaseEvents.Of(CaseKinds.View, officer, view.Case, clock));
        await db.SaveChangesAsync(http.RequestAborted);
        return Page(
            new DeskModel(
                view, await effect.OfAsync(view, http.RequestAborted), officer, done, null, [], MostMore(clocks, view.Case), await MayOpenFilesAsync(http, view, officer, db, clock)),
            StatusCodes.Status200OK);
    }

    private static async Task<IResult> Step(
        HttpContext http, string entity, CaseId id, CreditDb db, CaseClocks clocks, FactCatalogue catalogue, TakeStep step, IStringLocalizer<CaseTexts> words, TimeProvider clock)
    {
        if (Officer.Of(http.User) is not { } officer)
        {
            return NobodyKnown();
        }

        if (!http.Request.HasFormContentType)
        {
            return new PageProblem(Problems.UnsupportedMediaType);
        }

        if (await ViewAsync(http, entity, id, db, catalogue, clocks) is not { } view)
        {
            return new PageProblem(Problems.NotFound);
        }

        var form = DeskForm.Read(await http.Request.ReadFormAsync(http.RequestAborted));
        if (form.Act is not { } act || act == CaseAct.TakeBack)
        {
            return new PageProblem(Problems.BadRequest, "act: refer, accept, propose, return, approve, reject or extend");
        }

        // 1. What is owed with the step.
        List<FieldError> errors = [];
        var days = int.TryParse(form.Days, NumberStyles.None, CultureInfo.InvariantCulture, out var typed) ? typed : 0;
        if (act == CaseAct.Extend && (days < 1 || days > MostMore(clocks, view.Case)))
        {
            errors.Add(new("days", words["Extend_Days", MostMore(clocks, view.Case)]));
        }

        var reasonField = act == CaseAct.Extend ? DeskForm.ExtendReason : "reason";
        if (CaseRules.WantsReason(act) && (form.Reason.Length is 0 or > CaseRow.LongestReason))
        {
            errors.Add(new(reasonField, words["Reason_Length", CaseRow.LongestReason, form.Reason.Length]));
        }
        else if (PersonsNumber.IsIn(form.Reason) || form.Reason.Any(character => char.IsControl(character) && character != '\n'))
        {
            errors.Add(new(reasonField, words["Grounds_Person"]));
        }

        string? content = null;
        if (act == CaseAct.Propose && form.Remedy == Remedy.Correction && view.Type is { } type)
        {
            content = CorrectionFields.Write(view.Case, type, view.Fact.Content, form.Fields);
            var (corrected, violations) = CaseRecords.Read(content, catalogue, clocks.Today);
            errors.AddRange(violations.Select(one => new FieldError($"fact-{one.Field}", words["Correction_Wrong", words["Fact_" + one.Field], one.Value])));
            if (corrected == view.Fact.Content)
            {
                errors.Add(new("remedy-correction", words["Correction_Same"]));
            }
        }

        if (errors.Count > 0)
        {
            return Page(
                new DeskModel(view, null, officer, null, form, errors, MostMore(clocks, view.Case), await MayOpenFilesAsync(http, view, officer, db, clock)), StatusCodes.Status422UnprocessableEntity);
        }

        // 2. The step itself, by the version the officer saw.
        var outcome = await step.RunAsync(
            new(EntityCode.Parse(view.Case.Entity), id.Value, act, officer, form.Seen, form.Reason, act == CaseAct.Propose ? form.Remedy : Remedy.None, content, days),
            http.RequestAborted);
        return outcome switch
        {
            StepOutcome.Done => new SeeOther($"{CasePaths.DeskOf(view.Case)}?done={act.ToString().ToLowerInvariant()}"),
            StepOutcome.NotExtended => new SeeOther(CasePaths.DeskOf(view.Case) + "?done=not-extended"),
            StepOutcome.SamePerson => new PageProblem(Problems.Forbidden, "Who proposed a change does not approve it.")
            {
                Title = words["Same_Title"],
                Explanation = words["Same_Text"],
                Exits = [new(CasePaths.DeskOf(view.Case), words["Case_Back"])],
            },
            _ => new SeeOther(CasePaths.DeskOf(view.Case) + "?done=changed"),
        };
    }

    private static async Task<IResult> OpenFile(
        HttpContext http, string entity, CaseId id, CaseId file, CreditDb db, CaseClocks clocks, FactCatalogue catalogue, MasterKey master, IStringLocalizer<CaseTexts> words, TimeProvider clock)
    {
        if (Officer.Of(http.User) is not { } officer)
        {
            return NobodyKnown();
        }

        if (await ViewAsync(http, entity, id, db, catalogue, clocks) is not { } view)
        {
            return new PageProblem(Problems.NotFound);
        }

        if (await MayOpenFilesAsync(http, view, officer, db, clock))
        {
            return await SendEvidence.RunAsync(http, view.Case, file, officer, db, master, clock);
        }

        db.Record(CaseEvents.Of(CaseKinds.OpenFile, officer, view.Case, clock, "sealed"));
        await db.SaveChangesAsync(http.RequestAborted);
        return new PageProblem(Problems.Forbidden, "What the files are about was repaired or withdrawn, or its term has ended, and is sealed with them.")
        {
            Title = words["Files_SealedTitle"],
            Explanation = words["Files_Sealed"],
            Exits = [new(WorkSealed.List, words["Fact_SealedAsk"]), new(CasePaths.DeskOf(view.Case), words["Case_Back"])],
        };
    }

    /// <summary>Evidence says what the fact says: once that has left the record, both are read by the two of an opening, and while it lasts.</summary>
    private static async Task<bool> MayOpenFilesAsync(HttpContext http, CaseView view, CaseActor officer, CreditDb db, TimeProvider clock)
    {
        if (!view.HasLeft)
        {
            return true;
        }

        var (entity, person, now) = (view.Case.Entity, officer.Person!.Value, clock.GetUtcNow());
        var openings = await db.SealedOpenings.AsNoTracking()
            .Where(one => one.Entity == entity && one.State == OpeningState.Opened && (one.AskedBy == person || one.DecidedBy == person)).ToListAsync(http.RequestAborted);
        return openings.Any(one => one.MayRead(person, now));
    }

    private static int MostMore(CaseClocks clocks, CaseRow row) => row.Kind == CaseKind.Repair ? clocks.MostMore(row) : 0;

    private static async Task<CaseView?> ViewAsync(HttpContext http, string entity, CaseId id, CreditDb db, FactCatalogue catalogue, CaseClocks clocks) =>
        EntityCode.Read(entity) is { Fault: EntityCodeFault.None } reading && reading.Code.ToString() == entity
            ? await CaseView.ReadAsync(db, catalogue, clocks, reading.Code, id.Value, http.RequestAborted)
            : null;

    private static PageProblem NobodyKnown() => new(Problems.Forbidden, "The sign-in names no person of this system.");

    private static RazorComponentResult Page(DeskModel model, int status) => new(typeof(DeskCasePage), new { Data = model }) { StatusCode = status };
}
