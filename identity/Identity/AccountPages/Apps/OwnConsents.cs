using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Backbone.Identity.Catalogue;
using Backbone.Identity.Storage;
using Backbone.Identity.Subjects;
using Backbone.Platform;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Backbone.Identity.AccountPages.Apps;

/// <summary>What one person allows one app.</summary>
/// <param name="Id">The authorization's id.</param>
/// <param name="App">Null when the app has left the catalogue since.</param>
internal sealed record Consent(Guid Id, string ClientId, CatalogueApp? App, IReadOnlyList<CatalogueScope> Scopes, DateTimeOffset? Since);

/// <summary>A person's permanent authorizations. Withdrawing one ends every token the app holds of that person.</summary>
internal sealed class OwnConsents(IdentityDb db, AppCatalogue catalogue, PairwiseSubject pairwise)
{
    private DbSet<OpenIddictEntityFrameworkCoreAuthorization<Guid>> Authorizations => db.Set<OpenIddictEntityFrameworkCoreAuthorization<Guid>>();

    private DbSet<OpenIddictEntityFrameworkCoreToken<Guid>> Tokens => db.Set<OpenIddictEntityFrameworkCoreToken<Guid>>();

    /// <summary>The latest first; several authorizations of one app are one consent.</summary>
    public async Task<IReadOnlyList<Consent>> OfAsync(Guid account, CancellationToken cancellation)
    {
        var subjects = SubjectsOf(account);
        var rows = await Authorizations.AsNoTracking()
            .Where(a => subjects.Contains(a.Subject!) && a.Status == Statuses.Valid && a.Type == AuthorizationTypes.Permanent)
            .Select(a => new { a.Id, a.Application!.ClientId, a.Scopes, a.CreationDate })
            .ToListAsync(cancellation);
        var now = catalogue.Current;
        return
        [
            .. rows.GroupBy(row => row.ClientId!, StringComparer.Ordinal)
                .Select(group => new Consent(
                    group.First().Id,
                    group.Key,
                    now.Find(group.Key),
                    [.. now.Scopes.All.Where(scope => group.Any(row => Names(row.Scopes).Contains(scope.Id)))],
                    group.Min(row => row.CreationDate) is { } since ? new DateTimeOffset(DateTime.SpecifyKind(since, DateTimeKind.Utc)) : null))
                .OrderByDescending(consent => consent.Since),
        ];
    }

    /// <summary>Revokes what the person's app may do, in the caller's transaction; the client's id, or null when it is not theirs.</summary>
    public async Task<string?> WithdrawAsync(Guid account, Guid authorization, CancellationToken cancellation)
    {
        var subjects = SubjectsOf(account);
        var client = await Authorizations
            .Where(a => a.Id == authorization && subjects.Contains(a.Subject!) && a.Status == Statuses.Valid)
            .Select(a => new { a.Application!.Id, a.Application.ClientId })
            .FirstOrDefaultAsync(cancellation);
        if (client is null)
        {
            return null;
        }

        // A new concurrency token makes a refresh that read the old row fail instead of winning the race.
        var stamp = Guid.CreateVersion7().ToString("N");
        await Authorizations
            .Where(a => a.Application!.Id == client.Id && subjects.Contains(a.Subject!) && a.Status == Statuses.Valid)
            .ExecuteUpdateAsync(row => row.SetProperty(a => a.Status, Statuses.Revoked).SetProperty(a => a.ConcurrencyToken, stamp), cancellation);
        await Tokens
            .Where(t => t.Application!.Id == client.Id && subjects.Contains(t.Subject!) && t.Status != Statuses.Revoked && t.Status != Statuses.Redeemed)
            .ExecuteUpdateAsync(row => row.SetProperty(t => t.Status, Statuses.Revoked).SetProperty(t => t.ConcurrencyToken, stamp), cancellation);
        return client.ClientId;
    }

    /// <summary>The account under every name an app may know it by: the public subject and one per pairwise sector.</summary>
    private ImmutableArray<string> SubjectsOf(Guid account) =>
    [
        account.ToString("D"),
        .. catalogue.Current.Apps.Select(app => app.PairwiseSector).Distinct(StringComparer.Ordinal)
            .Select(sector => pairwise.Of(new SubjectId(account), sector)),
    ];

    private static IEnumerable<string> Names(string? scopes) =>
        scopes is null ? [] : (JsonNode.Parse(scopes) as JsonArray)?.Select(scope => scope?.GetValue<string>() ?? "") ?? [];
}
