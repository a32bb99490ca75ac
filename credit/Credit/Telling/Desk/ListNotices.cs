using Backbone.Credit.Storage;
using Backbone.Platform.Web.Console;
using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Telling.Desk;

/// <summary>GET /console/credit/notices: who was told to stop using what it had been told, who said that it has, who is late.</summary>
internal static class ListNotices
{
    public const string Policy = ConsolePolicies.Credit;

    public const int PageSize = 50;

    private const int MostPages = 200;

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(TellingPaths.DeskNotices, Show).WithName("credit.desk.notices").RequireAuthorization(Policy);

    private static async Task<IResult> Show(HttpContext http, string? show, int? page, CreditDb db, ProgramWords words, TimeProvider clock)
    {
        var number = page ?? 1;
        if (number is < 1 or > MostPages || show is not (null or "" or "overdue" or "acknowledged"))
        {
            return new PageProblem(Problems.BadRequest, $"page: 1 to {MostPages}; show: overdue or acknowledged");
        }

        var today = ChinaDay.Today(clock);
        var all = db.Notices.AsNoTracking().ForAllOrganisations("list of notices");
        var open = all.Where(row => row.AcknowledgedAt == null);
        var late = open.Where(row => row.DueOn < today);
        var counts = (Open: await open.CountAsync(http.RequestAborted), Late: await late.CountAsync(http.RequestAborted));
        var ordered = show switch
        {
            "overdue" => late.OrderBy(row => row.DueOn).ThenBy(row => row.Id),
            "acknowledged" => all.Where(row => row.AcknowledgedAt != null).OrderByDescending(row => row.Id),
            _ => open.OrderBy(row => row.DueOn).ThenBy(row => row.Id),
        };
        var rows = await ordered.Skip((number - 1) * PageSize).Take(PageSize + 1).ToListAsync(http.RequestAborted);
        var shown = rows.Take(PageSize).ToList();
        var (entities, ids) = (shown.Select(one => one.Entity).Distinct().ToList(), shown.Select(one => one.Id).ToList());
        var messages = await db.Deliveries.AsNoTracking().Where(one => entities.Contains(one.Entity) && ids.Contains(one.Id))
            .Select(one => new NoticeMessage(one.Id, one.State, one.Failures)).ForAllOrganisations("messages of notices").ToListAsync(http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult(typeof(NoticesPage), new
        {
            Data = new NoticesModel(
                show ?? "", number, rows.Count > PageSize && number < MostPages, counts.Open, counts.Late, [.. shown.Select(words.Of)], messages.ToDictionary(one => one.Id)),
        });
    }
}

internal sealed record NoticeMessage(Guid Id, DeliveryState State, int Failures);

/// <param name="Messages">How each was sent, by its id; none where the program fetches it itself, or it is long done.</param>
internal sealed record NoticesModel(
    string Show, int Page, bool HasNext, int Open, int Late, IReadOnlyList<NoticeLine> Lines, IReadOnlyDictionary<Guid, NoticeMessage> Messages)
{
    public static string Address(string show, int page = 1) => (show, page) switch
    {
        ("", 1) => TellingPaths.DeskNotices,
        ("", _) => $"{TellingPaths.DeskNotices}?page={page}",
        (_, 1) => $"{TellingPaths.DeskNotices}?show={show}",
        _ => $"{TellingPaths.DeskNotices}?show={show}&page={page}",
    };

    /// <summary>A key of the texts.</summary>
    public string Sent(NoticeLine line) =>
        line.Notice.AcknowledgedAt is null && !line.MayAsk ? "Sent_Otherwise"
        : !Messages.TryGetValue(line.Notice.Id, out var message) || message.State == DeliveryState.Dropped ? "Sent_Fetches"
        : message.State == DeliveryState.Delivered ? "Sent_Taken"
        : message.State == DeliveryState.Parked ? "Sent_Parked"
        : message.Failures > 0 ? "Sent_Failing"
        : "Sent_Waiting";
}
