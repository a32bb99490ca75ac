using Backbone.Credit.Storage;
using Backbone.Platform.Web.Console;
using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Cases.Desk;

/// <summary>The work lists of credit officers: objections and repairs, what is due first at the top.</summary>
internal static class ListWork
{
    /// <summary>Policy: whoever decides objections and repairs.</summary>
    public const string Policy = ConsolePolicies.Credit;

    public const int PageSize = 50;

    private const int MostPages = 200;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(CasePaths.DeskObjections, Show).WithName("credit.desk.objections").WithMetadata(new ForKind(CaseKind.Objection)).RequireAuthorization(Policy);
        endpoints.MapGet(CasePaths.DeskRepairs, Show).WithName("credit.desk.repairs").WithMetadata(new ForKind(CaseKind.Repair)).RequireAuthorization(Policy);
    }

    private static async Task<IResult> Show(HttpContext http, CreditDb db, DeskOfficers officers, CaseClocks clocks, string? show, int? page)
    {
        var kind = http.GetEndpoint()!.Metadata.GetRequiredMetadata<ForKind>().Kind;
        var number = page ?? 1;
        if (number is < 1 or > MostPages || show is not (null or "" or "reminded" or "overdue" or "escalated" or "second" or "mine" or "closed"))
        {
            return new PageProblem(Problems.BadRequest, $"page: 1 to {MostPages}; show: reminded, overdue, escalated, second, mine or closed");
        }

        await officers.SeenAsync(http.User, http.RequestAborted);
        var (today, reader) = (clocks.Today, Officer.Of(http.User)?.Person);
        var all = db.Cases.AsNoTracking().ForAllOrganisations("work list").Where(row => row.Kind == kind);
        var open = all.Where(row => row.State < CaseState.Granted);
        var counts = new WorkCounts(
            await open.CountAsync(http.RequestAborted),
            await open.CountAsync(row => row.DueOn < today, http.RequestAborted),
            await open.CountAsync(row => row.State == CaseState.Proposed, http.RequestAborted));
        var shown = show switch
        {
            "reminded" => open.Where(row => row.RemindedAt != null && row.DueOn >= today),
            "overdue" => open.Where(row => row.DueOn < today),
            "escalated" => open.Where(row => row.EscalatedAt != null),
            "mine" => open.Where(row => row.AssignedTo != null && row.AssignedTo == reader),
            "second" => open.Where(row => row.State == CaseState.Proposed),
            "closed" => all.Where(row => row.State >= CaseState.Granted),
            _ => open,
        };
        var ordered = show == "closed" ? shown.OrderByDescending(row => row.ClosedAt).ThenBy(row => row.Id) : shown.OrderBy(row => row.DueOn).ThenBy(row => row.FiledAt).ThenBy(row => row.Id);
        var rows = await ordered.Skip((number - 1) * PageSize).Take(PageSize + 1).ToListAsync(http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult(typeof(WorkPage), new
        {
            Data = new WorkModel(kind, show ?? "", number, rows.Count > PageSize && number < MostPages, counts, [.. rows.Take(PageSize).Select(clocks.Of)], reader),
        });
    }
}

internal sealed record WorkCounts(int Open, int Overdue, int Second);

internal sealed record WorkModel(CaseKind Kind, string Show, int Page, bool HasNext, WorkCounts Counts, IReadOnlyList<CaseClock> Cases, Guid? Reader)
{
    public string Address(string show, int page = 1)
    {
        var path = CasePaths.DeskOf(Kind);
        return (show, page) switch
        {
            ("", 1) => path,
            ("", _) => $"{path}?page={page}",
            (_, 1) => $"{path}?show={show}",
            _ => $"{path}?show={show}&page={page}",
        };
    }
}
