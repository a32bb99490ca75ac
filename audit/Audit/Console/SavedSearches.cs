using System.Collections.Immutable;
using System.Security.Claims;
using Backbone.Audit.State;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Backbone.Audit.Console;

/// <param name="Id">Which.</param>
/// <param name="Name">As its owner called it.</param>
/// <param name="Address">The search page with the whole view.</param>
/// <param name="Own">The reader saved it, and may delete it.</param>
/// <param name="Shared">All who may read the log see it.</param>
public sealed record SavedView(Guid Id, string Name, string Address, bool Own, bool Shared);

/// <summary>Searches somebody wants again: their own, and those colleagues share.</summary>
internal static class SavedSearches
{
    public const string Path = ListEvents.Path + "/saved";

    public const int LongestName = 100;

    /// <summary>Of one person.</summary>
    public const int Most = 100;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost(Path, Save).WithName("audit.console.saved.save").RequireAuthorization(ListEvents.Policy);
        endpoints.MapPost(Path + "/delete", Delete).WithName("audit.console.saved.delete").RequireAuthorization(ListEvents.Policy);
    }

    public static async Task<ImmutableArray<SavedView>> OfAsync(AuditDb db, ClaimsPrincipal staff, CancellationToken cancellation)
    {
        var owner = OwnerOf(staff);
        var rows = await db.SavedSearches.AsNoTracking().Where(saved => saved.Owner == owner || saved.Shared).ToListAsync(cancellation);
        return [.. rows.Select(row => new SavedView(row.Id, row.Name, row.Address, row.Owner == owner, row.Shared)).OrderBy(view => view.Name, StringComparer.Ordinal)];
    }

    private static async Task<IResult> Save(
        HttpContext http, AuditDb db, Outbox outbox, ReadingPurposes purposes, IStringLocalizer<AuditTexts> words, TimeProvider clock,
        [FromForm] string? name, [FromForm] string? address, [FromForm] string? shared)
    {
        var title = (name ?? "").Trim();
        if (title.Length is 0 or > LongestName || title.Any(char.IsControl))
        {
            return Refusal(words, $"name: 1 to {LongestName} characters, none of them a control character, has {title.Length}", words["Saved_NameWrong", LongestName]);
        }

        if (!LocalPath.IsLocal(address) || address!.Length > 4_000 || address.Split('?')[0] != ListEvents.Path)
        {
            return Refusal(words, $"address: a view of the search page, at most 4000 characters, has {address?.Length ?? 0}", words["Saved_AddressWrong"]);
        }

        // Saved, a value typed in clear would outlive the key that makes it unreadable in the log.
        var view = SearchView.Read(new QueryCollection(QueryHelpers.ParseQuery(address[ListEvents.Path.Length..])), clock.GetUtcNow());
        if (view.IsWrong || PersonalSearch.IsAbout(view.Node!))
        {
            return Refusal(
                words,
                view.IsWrong ? "address: a search that is right" : "address: a search that is about no person",
                view.IsWrong ? words["Saved_AddressWrong"] : words["Saved_Personal"]);
        }

        try
        {
            return await WriteAsync(http, db, outbox, purposes, words, clock, title, address, shared == "true");
        }
        catch (DbUpdateException)
        {
            // Another request wrote or deleted that name in between: what is there now is changed.
            db.ChangeTracker.Clear();
            return await WriteAsync(http, db, outbox, purposes, words, clock, title, address, shared == "true");
        }
    }

    /// <summary>The same name again is the search changed, not a second one.</summary>
    private static async Task<IResult> WriteAsync(
        HttpContext http, AuditDb db, Outbox outbox, ReadingPurposes purposes, IStringLocalizer<AuditTexts> words, TimeProvider clock,
        string title, string address, bool shared)
    {
        var owner = OwnerOf(http.User);
        var row = await db.SavedSearches.SingleOrDefaultAsync(saved => saved.Owner == owner && saved.Name == title, http.RequestAborted);
        if (row is null)
        {
            if (await db.SavedSearches.CountAsync(saved => saved.Owner == owner, http.RequestAborted) >= Most)
            {
                return Refusal(words, $"saved searches: at most {Most} of one person", words["Saved_Full", Most]);
            }

            row = new SavedSearch { Id = Guid.CreateVersion7(clock.GetUtcNow()), Owner = owner, Name = title, Address = address };
            db.SavedSearches.Add(row);
        }

        row.Address = address;
        row.Shared = shared;
        row.SavedAt = clock.GetUtcNow();
        return await StaffReading.ChangeAsync(http, outbox, StaffReading.OfSaved(http.User, row.Id, purposes.Of(http), clock), new SeeOther(address));
    }

    private static async Task<IResult> Delete(HttpContext http, AuditDb db, Outbox outbox, ReadingPurposes purposes, TimeProvider clock, [FromForm] Guid id)
    {
        var owner = OwnerOf(http.User);
        if (await db.SavedSearches.SingleOrDefaultAsync(saved => saved.Id == id && saved.Owner == owner, http.RequestAborted) is { } row)
        {
            db.SavedSearches.Remove(row);
            try
            {
                return await StaffReading.ChangeAsync(http, outbox, StaffReading.OfSaved(http.User, row.Id, purposes.Of(http), clock), new SeeOther(ListEvents.Path));
            }
            catch (DbUpdateConcurrencyException)
            {
                // Another request deleted it first, and told of it.
            }
        }

        return new SeeOther(ListEvents.Path);
    }

    private static PageProblem Refusal(IStringLocalizer<AuditTexts> words, string detail, string explanation) =>
        new(Problems.BadRequest, detail) { Explanation = explanation, Exits = [new ProblemExit(ListEvents.Path, words["Export_Back"])] };

    private static string OwnerOf(ClaimsPrincipal staff) => staff.FindFirst("sub")?.Value is { Length: > 0 and <= 64 } subject ? subject : "";
}
