using Backbone.Credit.Cases.Desk;
using Backbone.Credit.Storage;
using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.PriorNotices.Desk;

/// <summary>The work list of notices: whose time ends first at the top, and those that wait for a word of the office.</summary>
internal static class ListNotices
{
    private const int MostPages = 200;

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(NoticePaths.Desk, Show).WithName("credit.desk.prior-notices").RequireAuthorization(ListWork.Policy);

    private static async Task<IResult> Show(HttpContext http, CreditDb db, DeskOfficers officers, NoticeClocks clocks, string? show, int? page)
    {
        var number = page ?? 1;
        if (number is < 1 or > MostPages || show is not (null or "" or "unanswered" or "reminded" or "overdue" or "escalated" or "mine" or "closed"))
        {
            return new PageProblem(Problems.BadRequest, $"page: 1 to {MostPages}; show: unanswered, reminded, overdue, escalated, mine or closed");
        }

        await officers.SeenAsync(http.User, http.RequestAborted);
        var (today, reader) = (clocks.Today, Officer.Of(http.User)?.Person);
        var all = db.PriorNotices.AsNoTracking().ForAllOrganisations("work list");
        var open = all.Where(one => one.State == NoticeState.Open);
        var counts = new NoticeCounts(
            await open.CountAsync(http.RequestAborted),
            await all.Unanswered().CountAsync(http.RequestAborted),
            await all.Unanswered().CountAsync(one => one.DueOn < today, http.RequestAborted));
        var shown = show switch
        {
            "unanswered" => all.Unanswered(),
            "reminded" => all.Unanswered().Where(one => one.RemindedAt != null && one.DueOn >= today),
            "escalated" => all.Unanswered().Where(one => one.EscalatedAt != null),
            "mine" => all.Unanswered().Where(one => one.AssignedTo != null && one.AssignedTo == reader),
            "overdue" => all.Unanswered().Where(one => one.DueOn < today),
            "closed" => all.Where(one => one.State != NoticeState.Open),
            _ => open,
        };
        var ordered = show == "closed" ? shown.OrderByDescending(one => one.ClosedAt).ThenBy(one => one.Id) : shown.OrderBy(one => one.DueOn).ThenBy(one => one.Id);
        var rows = await ordered.Skip((number - 1) * ListWork.PageSize).Take(ListWork.PageSize + 1).ToListAsync(http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult(typeof(NoticeWorkPage), new
        {
            Data = new NoticeWorkModel(show ?? "", number, rows.Count > ListWork.PageSize && number < MostPages, counts, [.. rows.Take(ListWork.PageSize).Select(clocks.Of)], reader),
        });
    }
}

internal sealed record NoticeCounts(int Open, int Unanswered, int Overdue);

internal sealed record NoticeWorkModel(string Show, int Page, bool HasNext, NoticeCounts Counts, IReadOnlyList<NoticeClock> Notices, Guid? Reader)
{
    public static string Address(string show, int page = 1) => (show, page) switch
    {
        ("", 1) => NoticePaths.Desk,
        ("", _) => $"{NoticePaths.Desk}?page={page}",
        (_, 1) => $"{NoticePaths.Desk}?show={show}",
        _ => $"{NoticePaths.Desk}?show={show}&page={page}",
    };
}
