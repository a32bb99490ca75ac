using System.Globalization;
using Backbone.Audit.Outbox;
using Backbone.Credit.Cases;
using Backbone.Credit.Cases.Desk;
using Backbone.Credit.Events;
using Backbone.Credit.Facts;
using Backbone.Credit.PriorNotices;
using Backbone.Credit.Storage;
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

namespace Backbone.Credit.Supervision;

/// <summary>
/// One matter that is overdue, at the supervisor's: what the organisation said, what was done, who is in charge, and the two things that can be done. No files and
/// no facts: those are the officers'. Each look is an event.
/// </summary>
internal static class WorkEscalated
{
    private const string Path = ListEscalated.Path + "/{entity}/{id}";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, Show).WithName("credit.supervision.matter").RequireAuthorization(ListEscalated.Policy);
        endpoints.MapPost(Path, Step).WithName("credit.supervision.matter.step").RequireAuthorization(ListEscalated.Policy);
    }

    private static async Task<IResult> Show(
        HttpContext http, string entity, CaseId id, [FromQuery] string? done, CreditDb db, DeskOfficers officers, CaseClocks cases, NoticeClocks notices, TimeProvider clock)
    {
        if (Officer.Of(http.User) is not { } supervisor)
        {
            return NobodyKnown();
        }

        if (await Matter.FindAsync(db, entity, id.Value, http.RequestAborted) is not { } matter)
        {
            return new PageProblem(Problems.NotFound);
        }

        db.Record(matter.Case is { } row ? CaseEvents.Of(CaseKinds.View, supervisor, row, clock) : NoticeEvents.Of(NoticeKinds.View, supervisor, matter.Notice!, clock));
        await db.SaveChangesAsync(http.RequestAborted);
        return await PageAsync(http, matter, new MatterForm(null, ""), done, [], db, officers, cases, notices);
    }

    private static async Task<IResult> Step(
        HttpContext http, string entity, CaseId id, CreditDb db, DeskOfficers officers, Supervise supervise, CaseClocks cases, NoticeClocks notices,
        IStringLocalizer<SupervisionTexts> words)
    {
        if (Officer.Of(http.User) is not { } supervisor)
        {
            return NobodyKnown();
        }

        if (!http.Request.HasFormContentType)
        {
            return new PageProblem(Problems.UnsupportedMediaType);
        }

        if (await Matter.FindAsync(db, entity, id.Value, http.RequestAborted) is not { } matter)
        {
            return new PageProblem(Problems.NotFound);
        }

        var sent = await http.Request.ReadFormAsync(http.RequestAborted);
        var act = sent["act"].ToString();
        if (act is not ("assign" or "instruct"))
        {
            return new PageProblem(Problems.BadRequest, "act: assign or instruct");
        }

        var form = new MatterForm(Guid.TryParseExact(sent["officer"], "D", out var chosen) ? chosen : null, sent["remark"].ToString().ReplaceLineEndings("\n").Trim());
        List<FieldError> errors = [];
        if (act == "assign" && (await officers.ListAsync(http.RequestAborted)).All(one => one.Person != form.Officer))
        {
            errors.Add(new("officer", words["Officer_Choose"]));
        }

        if (form.Remark.Length > CaseRow.LongestReason || (act == "instruct" && form.Remark.Length == 0))
        {
            errors.Add(new("remark", words["Remark_Length", CaseRow.LongestReason, form.Remark.Length]));
        }
        else if (PersonsNumber.IsIn(form.Remark) || form.Remark.Any(character => char.IsControl(character) && character != '\n'))
        {
            errors.Add(new("remark", words["Remark_Person"]));
        }

        if (errors.Count > 0)
        {
            return await PageAsync(http, matter, form, null, errors, db, officers, cases, notices);
        }

        var seen = int.TryParse(sent["seen"], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : -1;
        var outcome = await supervise.RunAsync(entity, id.Value, act == "assign" ? form.Officer : null, form.Remark, supervisor, seen, http.RequestAborted);
        return new SeeOther(ListEscalated.Of(matter) + (outcome == StepOutcome.Done ? $"?done={act}" : "?done=changed"));
    }

    private static async Task<RazorComponentResult> PageAsync(
        HttpContext http, Matter matter, MatterForm form, string? done, List<FieldError> errors, CreditDb db, DeskOfficers officers, CaseClocks cases, NoticeClocks notices)
    {
        var (entity, id) = (matter.Entity, matter.Id);
        var steps = await db.CaseSteps.AsNoTracking().Where(one => one.Entity == entity && one.Case == id).OrderBy(one => one.At).ThenBy(one => one.Id)
            .ToListAsync(http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return new(typeof(MatterPage), new
        {
            Data = new MatterModel(
                matter, matter.Case is { } row ? cases.Of(row) : null, matter.Notice is { } notice ? notices.Of(notice) : null, steps,
                await officers.ListAsync(http.RequestAborted), form, done, errors),
        })
        {
            StatusCode = errors.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK,
        };
    }

    private static PageProblem NobodyKnown() => new(Problems.Forbidden, "The sign-in names no person of this system.");
}

/// <summary>What a supervisor typed.</summary>
internal sealed record MatterForm(Guid? Officer, string Remark);

/// <param name="CaseClock">Of a case.</param>
/// <param name="NoticeClock">Of a notice.</param>
/// <param name="Steps">Oldest first.</param>
/// <param name="Officers">Whom it may be given to.</param>
/// <param name="Form">What came back with errors.</param>
/// <param name="Done">What was just done.</param>
internal sealed record MatterModel(
    Matter Matter, CaseClock? CaseClock, NoticeClock? NoticeClock, IReadOnlyList<CaseStep> Steps, IReadOnlyList<DeskOfficer> Officers, MatterForm Form, string? Done,
    IReadOnlyList<FieldError> Errors)
{
    public string? ErrorOf(string field) => Errors.FirstOrDefault(error => error.FieldId == field)?.Message;

    /// <summary>Null where nobody is in charge, or it was long ago that they were at the desk.</summary>
    public string? InCharge => Officers.FirstOrDefault(one => one.Person == Matter.AssignedTo)?.Name;
}
