using System.Text;
using Backbone.Audit.Outbox;
using Backbone.Credit.Events;
using Backbone.Credit.Facts;
using Backbone.Credit.Storage;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Programs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Telling;

/// <summary>
/// /credit/v1/notices: what a program is to stop using, signed, whether or not it has an address; and its word that it has. Those of another are not found.
/// </summary>
internal static class ServeNotices
{
    public const string Path = "/credit/v1/notices";

    private const int PageSize = 100;

    public static string AddressOf(string entity, Guid id) => $"{Path}/{entity}/{id:D}";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup(Path).RequireAuthorization(CreditPrograms.Read).DisableAntiforgery().AddEndpointFilter(Subscribe.AwayAsync);
        group.MapGet("", List).WithName("credit.notices");
        group.MapPut("/target", NoticeAddress.Put).WithName("credit.notices.target").WithMetadata(new RequestSizeLimitAttribute(ReadSubscription.MostBytes));
        group.MapDelete("/target", NoticeAddress.Delete).WithName("credit.notices.target.delete");
        group.MapPost("/{entity}/{id}/acknowledge", Acknowledge).WithName("credit.notices.acknowledge");
    }

    private static async Task<IResult> List(HttpContext http, [FromQuery] string? after, [FromQuery] string? all, CreditDb db, SignMessage sign)
    {
        var client = CallingProgram.Of(http.User)!.ClientId;
        var from = Guid.Empty;
        if ((after is not null && !Guid.TryParseExact(after, "D", out from)) || all is not (null or "true"))
        {
            return new PageProblem(Problems.BadRequest, "after: the next of the page before; all: true for the acknowledged ones too");
        }

        var rows = await db.Notices.AsNoTracking().Where(one => one.Client == client && one.Id > from && (all != null || one.AcknowledgedAt == null))
            .OrderBy(one => one.Id).Take(PageSize + 1).ForAllOrganisations("notices of a program").ToListAsync(http.RequestAborted);
        var page = rows.Take(PageSize).Select(row => new NoticeAnswer(
            row.Id, row.Entity, SignMessage.Timestamp(row.At), sign.BySystem(row.Id, row.At, row.Body), Encoding.UTF8.GetString(row.Body), row.DueOn, row.AcknowledgedAt)).ToList();
        var target = await db.WebhookSecrets.Where(one => one.Client == client).Select(one => one.NoticeTarget).SingleOrDefaultAsync(http.RequestAborted);
        return Results.Json(new NoticeList(page, rows.Count > PageSize ? page[^1].Id : null, target), TellingJson.Default.NoticeList);
    }

    /// <summary>Again is no second time.</summary>
    private static async Task<IResult> Acknowledge(HttpContext http, string entity, string id, CreditDb db, TimeProvider clock)
    {
        var client = CallingProgram.Of(http.User)!.ClientId;
        if (!Guid.TryParseExact(id, "D", out var number)
            || await db.Notices.SingleOrDefaultAsync(one => one.Entity == entity && one.Id == number && one.Client == client, http.RequestAborted) is not { } row)
        {
            return new PageProblem(Problems.NotFound);
        }

        if (row.AcknowledgedAt is null)
        {
            row.AcknowledgedAt = clock.GetUtcNow();
            db.Record(TellingKinds.Of(TellingKinds.NoticeAcknowledged, row, clock));
            try
            {
                await db.SaveChangesAsync(http.RequestAborted);
            }
            catch (DbUpdateConcurrencyException)
            {
                // Acknowledged at once by another request, or noted as overdue just now: who sends it again is heard.
                http.Response.Headers.RetryAfter = "1";
                return new PageProblem(Problems.Unavailable, "The notice was changed just now; send it again.");
            }
        }

        return Results.NoContent();
    }
}

/// <param name="Id">Also the <c>webhook-id</c> of its message.</param>
/// <param name="Timestamp">Whole seconds since 1970: with id and message what is signed.</param>
/// <param name="Signature"><c>v1a</c>, by the key at /credit/v1/webhook-keys.</param>
/// <param name="Message">The text that is signed, byte for byte.</param>
internal sealed record NoticeAnswer(Guid Id, string Entity, string Timestamp, string Signature, string Message, DateOnly DueOn, DateTimeOffset? Acknowledged);

/// <param name="Next">The id after which the next page begins; null on the last.</param>
/// <param name="Target">Where they are sent too; null where the program set none.</param>
internal sealed record NoticeList(IReadOnlyList<NoticeAnswer> Notices, Guid? Next, string? Target);
