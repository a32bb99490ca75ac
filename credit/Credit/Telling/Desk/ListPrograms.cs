using Backbone.Credit.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Telling.Desk;

/// <summary>GET /console/credit/webhooks: the programs that are told of changes, with what waits for each and what was given up.</summary>
internal static class ListPrograms
{
    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(TellingPaths.DeskPrograms, Show).WithName("credit.desk.webhooks").RequireAuthorization(ListNotices.Policy);

    private static async Task<IResult> Show(HttpContext http, CreditDb db, ProgramWords words, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        var programs = await db.WebhookSecrets.AsNoTracking().Select(one => one.Client).ToListAsync(http.RequestAborted);
        var subscriptions = await db.Subscriptions.AsNoTracking().Where(one => one.EndedAt == null && one.Until > now)
            .GroupBy(one => one.Client).Select(group => new { Client = group.Key, Count = group.Count() })
            .ForAllOrganisations("subscriptions of each program").ToListAsync(http.RequestAborted);
        var messages = await db.Deliveries.AsNoTracking().Where(one => one.State == DeliveryState.Waiting || one.State == DeliveryState.Parked)
            .GroupBy(one => new { one.Client, one.State }).Select(group => new { group.Key.Client, group.Key.State, Count = group.Count(), Failure = group.Max(one => one.Failure) })
            .ForAllOrganisations("messages of each program").ToListAsync(http.RequestAborted);
        var lines = programs.Union(messages.Select(one => one.Client), StringComparer.Ordinal).Select(client =>
        {
            var waiting = messages.SingleOrDefault(one => one.Client == client && one.State == DeliveryState.Waiting);
            var parked = messages.SingleOrDefault(one => one.Client == client && one.State == DeliveryState.Parked);
            var (name, owner) = words.NameOf(client);
            return new ProgramLine(
                client, name, owner, words.MayAsk(client), subscriptions.SingleOrDefault(one => one.Client == client)?.Count ?? 0,
                waiting?.Count ?? 0, parked?.Count ?? 0, parked?.Failure ?? waiting?.Failure ?? "");
        });
        http.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult(typeof(ProgramsPage), new
        {
            Data = (IReadOnlyList<ProgramLine>)[.. lines.OrderByDescending(one => one.Parked > 0).ThenBy(one => one.Name, StringComparer.Ordinal)],
        });
    }
}

/// <param name="Failure">Why the last attempt of one that was not taken failed; empty for none.</param>
internal sealed record ProgramLine(string Client, string Name, string Owner, bool MayAsk, int Subscriptions, int Waiting, int Parked, string Failure);
