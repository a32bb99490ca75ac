using System.Globalization;
using Backbone.Identity.AccountPages;
using Backbone.Identity.Catalogue;
using Backbone.Identity.Storage;
using Backbone.Platform.Web.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Organisations;

/// <summary>
/// GET /organisations/{code}/record: what was done in its name and who was let do it, as identity knows: powers given and ended, and apps entered.
/// What was done inside an app is that app's to tell. For who gives powers.
/// </summary>
internal static class ShowRecord
{
    private const int PageSize = 50;

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/organisations/{code}/record", Show).WithName("identity.organisation.record").RequireAuthorization();

    private static async Task<IResult> Show(
        HttpContext http, string code, string? before, Standings standings, IdentityDb db, AppCatalogue catalogue, CancellationToken cancellation)
    {
        if (await standings.OfAsync(Asker.Of(http.User).Account, code, cancellation) is not { Gives: true } standing)
        {
            return new PageProblem(Problems.NotFound);
        }

        var until = DateTimeOffset.TryParseExact(before, "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : DateTimeOffset.MaxValue.AddDays(-1);
        var entries = await EntriesAsync(db, standing.Organisation.Code, until, cancellation);
        var people = await ShowOrganisation.NamesAsync(db, entries.SelectMany(entry => new[] { entry.Person, entry.By ?? entry.Person }), cancellation);
        return new RazorComponentResult(typeof(RecordPage), new
        {
            Data = new RecordModel(
                standing.Organisation,
                [
                    .. entries.Take(PageSize).Select(entry => new ShownEntry(
                        entry.At, entry.Act, people.GetValueOrDefault(entry.Person, ""), entry.By is { } by ? people.GetValueOrDefault(by, "") : "",
                        entry.Client is null ? "" : ShowOrganisation.NameOf(entry.Client, catalogue.Current))),
                ],
                entries.Count > PageSize ? entries[PageSize - 1].At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture) : null),
        });
    }

    /// <summary>The newest of three kinds, one page of each: the newest of all are among them.</summary>
    private static async Task<List<Entry>> EntriesAsync(IdentityDb db, string code, DateTimeOffset until, CancellationToken cancellation)
    {
        var given = await db.Mandates.AsNoTracking().Where(m => m.OrganisationCode == code && m.GivenAt < until)
            .OrderByDescending(m => m.GivenAt).Take(PageSize + 1).ToListAsync(cancellation);
        var ended = await db.Mandates.AsNoTracking().Where(m => m.OrganisationCode == code && m.EndedAt != null && m.EndedAt < until)
            .OrderByDescending(m => m.EndedAt).Take(PageSize + 1).ToListAsync(cancellation);
        var used = await db.ActingUses.AsNoTracking().Where(use => use.OrganisationCode == code && use.At < until)
            .OrderByDescending(use => use.At).Take(PageSize + 1).ToListAsync(cancellation);
        return
        [
            .. given.Select(m => new Entry(m.GivenAt, $"Given_{m.Kind}", m.AccountId, m.GivenBy, null))
                .Concat(ended.Select(m => new Entry(m.EndedAt!.Value, m.EndedBy == m.AccountId ? "LaidDown" : "Ended", m.AccountId, m.EndedBy, null)))
                .Concat(used.Select(use => new Entry(use.At, "Used", use.AccountId, null, use.ClientId)))
                .OrderByDescending(entry => entry.At).Take(PageSize + 1),
        ];
    }

    private sealed record Entry(DateTimeOffset At, string Act, Guid Person, Guid? By, string? Client);
}

/// <param name="Before">The next page; null on the last.</param>
internal sealed record RecordModel(Organisation Organisation, IReadOnlyList<ShownEntry> Entries, string? Before);

internal sealed record ShownEntry(DateTimeOffset At, string Act, string Person, string By, string App);
