using System.Globalization;
using System.Security.Cryptography;
using Backbone.Audit.Outbox;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Cases.Evidence;
using Backbone.Credit.Events;
using Backbone.Credit.Facts;
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
        return Page(new DeskModel(view, await effect.OfAsync(view, http.RequestAborted), officer, done, null, [], MostMore(clocks, view.Case)), StatusCodes.Status200OK);
    }

    private static async Task<IResult> Step(
        HttpContext http, string entity, CaseId id, CreditDb db, CaseClocks clocks, FactCatalogue catalogue, TakeStep step, IStringLocalizer<CaseTexts> words)
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
            return Page(new DeskModel(view, null, officer, null, form, errors, MostMore(clocks, view.Case)), StatusCodes.Status422UnprocessableEntity);
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

    private static async Task<IResult> OpenFile(HttpContext http, string entity, CaseId id, CaseId file, CreditDb db, MasterKey master, TimeProvider clock)
    {
        if (Officer.Of(http.User) is not { } officer)
        {
            return NobodyKnown();
        }

        var row = await db.Cases.AsNoTracking().SingleOrDefaultAsync(one => one.Entity == entity && one.Id == id.Value, http.RequestAborted);
        var found = row is null ? null : await db.CaseFiles.AsNoTracking().SingleOrDefaultAsync(
            one => one.Entity == entity && one.Case == id.Value && one.Id == file.Value, http.RequestAborted);
        if (row is null || found is null)
        {
            return new PageProblem(Problems.NotFound);
        }

        byte[] bytes;
        try
        {
            bytes = EvidenceFile.Open(found, master);
        }
        catch (CryptographicException)
        {
            return new PageProblem(Problems.Unavailable, "The file was sealed under another master key, or altered since.");
        }

        db.Record(CaseEvents.Of(CaseKinds.OpenFile, officer, row, clock).With("resource.digest", Convert.ToHexStringLower(found.Digest)));
        await db.SaveChangesAsync(http.RequestAborted);

        // Never shown by the browser within this site: what came from outside is saved and opened by a program of its own.
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.File(bytes, EvidenceForms.MediaType(found.Kind), $"{row.Entity}-{found.Id:N}.{EvidenceForms.Extension(found.Kind)}");
    }

    private static int MostMore(CaseClocks clocks, CaseRow row) => row.Kind == CaseKind.Repair ? clocks.MostMore(row) : 0;

    private static async Task<CaseView?> ViewAsync(HttpContext http, string entity, CaseId id, CreditDb db, FactCatalogue catalogue, CaseClocks clocks) =>
        EntityCode.Read(entity) is { Fault: EntityCodeFault.None } reading && reading.Code.ToString() == entity
            ? await CaseView.ReadAsync(db, catalogue, clocks, reading.Code, id.Value, http.RequestAborted)
            : null;

    private static PageProblem NobodyKnown() => new(Problems.Forbidden, "The sign-in names no person of this system.");

    private static RazorComponentResult Page(DeskModel model, int status) => new(typeof(DeskCasePage), new { Data = model }) { StatusCode = status };
}
