using Backbone.Credit.Packs.Keeping;
using Backbone.Credit.Storage;
using Backbone.Platform.Web.Console;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Packs.Desk;

/// <summary>GET /console/credit/packs: the pack in force, and all that were handed in, the newest first.</summary>
internal static class ListPacks
{
    /// <summary>Policy: whoever hands in and approves packs.</summary>
    public const string Policy = ConsolePolicies.CreditPolicy;

    /// <summary>A few a year; more are not listed.</summary>
    private const int Most = 200;

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(PackPaths.List, Show).WithName("credit.packs").RequireAuthorization(Policy);

    /// <summary>The state as the packs that are believed say it, and not as the row does: what was altered is "Broken".</summary>
    public static string Shown(PackTimeline timeline, DateOnly today, PackLine row) =>
        timeline.BrokenOf(row.Pack, row.Version) is not null ? "Broken"
        : timeline.KeptOn(today)?.Id == row.Id ? nameof(PackState.InForce)
        : row.State == PackState.InForce ? nameof(PackState.Superseded)
        : row.State.ToString();

    private static async Task<IResult> Show(HttpContext http, CreditDb db, PacksInForce packs, PackKey key, TimeProvider clock)
    {
        var rows = await db.Packs.AsNoTracking().OrderByDescending(row => row.SubmittedAt).Take(Most)
            .Select(row => new PackLine(row.Id, row.Pack, row.Version, row.State, row.WantedFrom, row.InForceFrom, row.SubmittedAt)).ToListAsync(http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult(typeof(ListPage), new { Data = new ListModel(packs.Timeline, ChinaDay.Today(clock), rows, key.Signer.Key.ToString()) });
    }
}

internal sealed record PackLine(Guid Id, string Pack, int Version, PackState State, DateOnly WantedFrom, DateOnly? InForceFrom, DateTimeOffset SubmittedAt);

/// <param name="Key">By which signatures are verified (vkey).</param>
internal sealed record ListModel(PackTimeline Timeline, DateOnly Today, IReadOnlyList<PackLine> Packs, string Key)
{
    public DatedPack? Kept => Timeline.KeptOn(Today);
}
