using Backbone.Audit.Outbox;
using Backbone.Credit.Cases;
using Backbone.Credit.Cases.Mine;
using Backbone.Credit.Enterprise;
using Backbone.Credit.Events;
using Backbone.Credit.Facts;
using Backbone.Credit.Storage;
using Backbone.Platform.Web.Components;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Pages;
using Backbone.Platform.Web.SignIn;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Backbone.Credit.PriorNotices.Mine;

/// <summary>
/// The organisation's own notices: the grade that is about to be published, why, until when it can answer, and its answer. Those of another are not found.
/// </summary>
internal static class ShowMyNotices
{
    /// <summary>The newest.</summary>
    private const int Most = 100;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(NoticePaths.Mine, List).WithName("credit.my.prior-notices").RequireAuthorization(EnterpriseSignIn.Any);
        endpoints.MapGet(NoticePaths.Mine + "/{id}", Show).WithName("credit.my.prior-notice").RequireAuthorization(EnterpriseSignIn.Any);
        endpoints.MapPost(NoticePaths.Mine + "/{id}", Answer).WithName("credit.my.prior-notice.answer").RequireAuthorization(EnterpriseSignIn.Any);
    }

    /// <summary>Answers in the organisation's name are given by who may object or apply for repair.</summary>
    public static bool MayAnswer(ActingOrganisation acting) => acting.May(CaseKind.Objection) || acting.May(CaseKind.Repair);

    private static async Task<IResult> List(HttpContext http, CreditDb db, NoticeClocks clocks)
    {
        var acting = ActingOrganisation.Of(http.User)!;
        var code = acting.Code.ToString();
        var rows = await db.PriorNotices.AsNoTracking().Where(one => one.Entity == code).OrderByDescending(one => one.Id).Take(Most).ToListAsync(http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult(typeof(MyNoticesPage), new { Data = new MyNoticesModel(acting, [.. rows.Select(clocks.Of)]) });
    }

    private static async Task<IResult> Show(HttpContext http, CaseId id, [FromQuery] string? done, ReadNotice read, TakeNoticeStep step)
    {
        var acting = ActingOrganisation.Of(http.User)!;
        await step.OpenAsync(acting.Code, id.Value, MyActor.Of(http.User), http.RequestAborted);
        return await read.RunAsync(acting.Code, id.Value, http.RequestAborted) is { } view
            ? Page(http, new MyNoticeModel(acting, view, done, NoticeAnswer.None, "", []), StatusCodes.Status200OK)
            : new PageProblem(Problems.NotFound);
    }

    private static async Task<IResult> Answer(
        HttpContext http, CaseId id, ReadNotice read, TakeNoticeStep step, CreditDb db, IStringLocalizer<NoticeTexts> words, IStringLocalizer<CaseTexts> shared, TimeProvider clock)
    {
        var acting = ActingOrganisation.Of(http.User)!;
        if (!http.Request.HasFormContentType)
        {
            return new PageProblem(Problems.UnsupportedMediaType);
        }

        if (await read.RunAsync(acting.Code, id.Value, http.RequestAborted) is not { } view)
        {
            return new PageProblem(Problems.NotFound);
        }

        if (!MayAnswer(acting))
        {
            db.Record(NoticeEvents.Of(NoticeKinds.Answer, MyActor.Of(http.User), view.Notice, clock, "no_power"));
            await db.SaveChangesAsync(http.RequestAborted);
            return FileMine.NoPower(CaseKind.Objection, shared);
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var text = form["text"].ToString().ReplaceLineEndings("\n").Trim();
        var answer = form["answer"].ToString() switch
        {
            "statement" => NoticeAnswer.Statement,
            "repair" => NoticeAnswer.Repair,
            "nothing" => NoticeAnswer.Nothing,
            _ => NoticeAnswer.None,
        };
        List<FieldError> errors = [];
        if (answer == NoticeAnswer.None)
        {
            errors.Add(new("answer-statement", words["Answer_Missing"]));
        }

        if (text.Length > PriorNotice.LongestText || (text.Length == 0 && answer != NoticeAnswer.Nothing))
        {
            errors.Add(new("text", words["Text_Length", PriorNotice.LongestText, text.Length]));
        }
        else if (text.Any(character => char.IsControl(character) && character != '\n') || PersonsNumber.IsIn(text))
        {
            errors.Add(new("text", shared["Grounds_Person"]));
        }

        if (errors.Count > 0)
        {
            return Page(http, new MyNoticeModel(acting, view, null, answer, text, errors), StatusCodes.Status422UnprocessableEntity);
        }

        var seen = int.TryParse(form["seen"], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var version) ? version : -1;
        var outcome = await step.AnswerAsync(acting.Code, id.Value, answer, text, MyActor.Of(http.User), seen, http.RequestAborted);
        return new SeeOther(NoticePaths.MineOf(view.Notice) + (outcome == StepOutcome.Done ? "?done=answered" : "?done=changed"));
    }

    private static RazorComponentResult Page(HttpContext http, MyNoticeModel model, int status)
    {
        http.Response.Headers.CacheControl = "no-store";
        return new(typeof(MyNoticePage), new { Data = model }) { StatusCode = status };
    }
}

internal sealed record MyNoticesModel(ActingOrganisation Acting, IReadOnlyList<NoticeClock> Notices);

/// <param name="Done">What was just done.</param>
/// <param name="Answer">What came back with errors.</param>
internal sealed record MyNoticeModel(ActingOrganisation Acting, NoticeView View, string? Done, NoticeAnswer Answer, string Text, IReadOnlyList<FieldError> Errors)
{
    public bool MayAnswer => ShowMyNotices.MayAnswer(Acting) && View.Notice is { IsOpen: true, Answer: NoticeAnswer.None } && !View.Clock.IsOver;

    public string? ErrorOf(string field) => Errors.FirstOrDefault(error => error.FieldId == field)?.Message;
}
