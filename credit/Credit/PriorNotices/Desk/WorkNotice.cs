using System.Globalization;
using Backbone.Audit.Outbox;
using Backbone.Credit.Cases;
using Backbone.Credit.Cases.Desk;
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
using Microsoft.Extensions.Localization;

namespace Backbone.Credit.PriorNotices.Desk;

/// <summary>One notice at a credit officer's desk: what was told, what the organisation said, and what the office makes of it. Each look is an event.</summary>
internal static class WorkNotice
{
    private const string Path = NoticePaths.Desk + "/{entity}/{id}";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, Show).WithName("credit.desk.prior-notice").RequireAuthorization(ListWork.Policy);
        endpoints.MapPost(Path, Step).WithName("credit.desk.prior-notice.step").RequireAuthorization(ListWork.Policy);
    }

    private static async Task<IResult> Show(HttpContext http, string entity, CaseId id, [FromQuery] string? done, ReadNotice read, TakeNoticeStep step, CreditDb db, TimeProvider clock)
    {
        if (Officer.Of(http.User) is not { } officer)
        {
            return NobodyKnown();
        }

        if (CodeOf(entity) is not { } code || await read.RunAsync(code, id.Value, http.RequestAborted) is not { } view)
        {
            return new PageProblem(Problems.NotFound);
        }

        db.Record(NoticeEvents.Of(NoticeKinds.View, officer, view.Notice, clock));
        await db.SaveChangesAsync(http.RequestAborted);
        return Page(http, new DeskNoticeModel(view, officer, await step.IsContestedAsync(view.Notice, http.RequestAborted), done, "", []), StatusCodes.Status200OK);
    }

    private static async Task<IResult> Step(HttpContext http, string entity, CaseId id, ReadNotice read, TakeNoticeStep step, IStringLocalizer<CaseTexts> words)
    {
        if (Officer.Of(http.User) is not { } officer)
        {
            return NobodyKnown();
        }

        if (!http.Request.HasFormContentType)
        {
            return new PageProblem(Problems.UnsupportedMediaType);
        }

        if (CodeOf(entity) is not { } code || await read.RunAsync(code, id.Value, http.RequestAborted) is not { } view)
        {
            return new PageProblem(Problems.NotFound);
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (act, reason) = (form["act"].ToString(), form["reason"].ToString().ReplaceLineEndings("\n").Trim());
        if (act is not ("reply" or "publish"))
        {
            return new PageProblem(Problems.BadRequest, "act: reply or publish");
        }

        var error = reason.Length is 0 or > CaseRow.LongestReason ? words["Reason_Length", CaseRow.LongestReason, reason.Length].Value
            : PersonsNumber.IsIn(reason) || reason.Any(character => char.IsControl(character) && character != '\n') ? words["Grounds_Person"].Value
            : null;
        if (error is not null)
        {
            var isContested = await step.IsContestedAsync(view.Notice, http.RequestAborted);
            return Page(http, new DeskNoticeModel(view, officer, isContested, null, reason, [new("reason", error)]), StatusCodes.Status422UnprocessableEntity);
        }

        var seen = int.TryParse(form["seen"], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : -1;
        var outcome = act == "reply"
            ? await step.ReplyAsync(code, id.Value, reason, officer, seen, http.RequestAborted)
            : await step.DecideAsync(code, id.Value, reason, officer, seen, http.RequestAborted);
        return new SeeOther(NoticePaths.DeskOf(view.Notice) + (outcome == StepOutcome.Done ? $"?done={act}" : "?done=changed"));
    }

    private static EntityCode? CodeOf(string entity) =>
        EntityCode.Read(entity) is { Fault: EntityCodeFault.None } reading && reading.Code.ToString() == entity ? reading.Code : null;

    private static PageProblem NobodyKnown() => new(Problems.Forbidden, "The sign-in names no person of this system.");

    private static RazorComponentResult Page(HttpContext http, DeskNoticeModel model, int status)
    {
        http.Response.Headers.CacheControl = "no-store";
        return new(typeof(DeskNoticePage), new { Data = model }) { StatusCode = status };
    }
}

/// <param name="IsContested">An objection to what it tells of is open.</param>
/// <param name="Done">What was just done.</param>
/// <param name="Reason">What came back with errors.</param>
internal sealed record DeskNoticeModel(NoticeView View, CaseActor Officer, bool IsContested, string? Done, string Reason, IReadOnlyList<FieldError> Errors)
{
    public bool MayReply => View.Notice is { Answer: not NoticeAnswer.None, RepliedAt: null };

    public bool MayPublish => View.Notice is { IsOpen: true, Answer: not NoticeAnswer.None } && !IsContested && !View.Clock.IsOver && View.Notice.EndsOn > View.Notice.DueOn;
}
