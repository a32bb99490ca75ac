using Backbone.Identity.Events;
using Backbone.Identity.Storage;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.EntityFrameworkCore.Models;

namespace Backbone.Identity.Organisations;

/// <summary>
/// Ends mandates: the row, those that rest on it, every token that does, and the events, in one transaction. Once the call returns, no refresh
/// token works on any host, and whoever asks about an access token hears that it is good no longer.
/// </summary>
internal sealed class EndMandates(IdentityDb db, TimeProvider clock)
{
    /// <summary>Ends one. The caller has checked who may.</summary>
    /// <returns>False when it had ended already: of two that end it at once, one does and is told of.</returns>
    public async Task<bool> OneAsync(Guid mandate, Guid by, EventContext context, CancellationToken cancellation)
    {
        await using var transaction = db.Database.CurrentTransaction is null ? await db.Database.BeginTransactionAsync(cancellation) : null;
        var ended = await EndAsync(mandate, by, context, cancellation);
        if (ended.Count > 0)
        {
            await RevokeTokensAsync(ended, cancellation);
            await db.SaveChangesAsync(cancellation);
        }

        if (transaction is not null)
        {
            await transaction.CommitAsync(cancellation);
        }

        return ended.Count > 0;
    }

    private async Task<List<Guid>> EndAsync(Guid first, Guid by, EventContext context, CancellationToken cancellation)
    {
        List<Guid> ended = [];
        if (!await WinAsync(first, by, context, cancellation))
        {
            return ended;
        }

        ended.Add(first);

        // Delegated once and no further: what rests on it has nothing resting on itself.
        var resting = await db.Mandates.AsNoTracking().Where(m => m.RestsOn == first && m.EndedAt == null).Select(m => m.Id).ToListAsync(cancellation);
        foreach (var mandate in resting)
        {
            if (await WinAsync(mandate, by, context, cancellation))
            {
                ended.Add(mandate);
            }
        }

        return ended;
    }

    private async Task<bool> WinAsync(Guid id, Guid by, EventContext context, CancellationToken cancellation)
    {
        var now = (DateTimeOffset?)clock.GetUtcNow();
        var won = await db.Mandates.Where(m => m.Id == id && m.EndedAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(m => m.EndedAt, now).SetProperty(m => m.EndedBy, by), cancellation);
        if (won == 1)
        {
            var mandate = await db.Mandates.AsNoTracking().SingleAsync(m => m.Id == id, cancellation);
            db.Record(OrganisationEvents.MandateEnded(context, by, mandate));
        }

        return won == 1;
    }

    private async Task RevokeTokensAsync(List<Guid> mandates, CancellationToken cancellation)
    {
        var authorizations = await db.ActingGrants.Where(grant => mandates.Contains(grant.MandateId))
            .Select(grant => grant.AuthorizationId).Distinct().ToListAsync(cancellation);
        if (authorizations.Count > 0)
        {
            // A new concurrency token makes a refresh that read the old row fail instead of winning the race.
            var stamp = Guid.CreateVersion7(clock.GetUtcNow()).ToString("N");
            await db.Set<OpenIddictEntityFrameworkCoreToken<Guid>>()
                .Where(token => authorizations.Contains(token.Authorization!.Id) && token.Status != OpenIddictConstants.Statuses.Revoked)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(token => token.Status, OpenIddictConstants.Statuses.Revoked).SetProperty(token => token.ConcurrencyToken, stamp),
                    cancellation);
        }
    }
}
