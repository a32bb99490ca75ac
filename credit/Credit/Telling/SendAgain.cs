using Backbone.Audit.Contracts;
using Backbone.Audit.Outbox;
using Backbone.Credit.Cases;
using Backbone.Credit.Events;
using Backbone.Credit.Storage;
using Backbone.Platform;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Telling;

/// <summary>
/// Has messages of a program sent again that were given up, with their old ids, and those that failed tried now. By the program itself or by a credit officer;
/// either is an event that names who.
/// </summary>
internal static class SendAgain
{
    /// <summary>Organisations at once; the rest by the next time.</summary>
    public const int MostEntities = 1_000;

    /// <param name="by">The officer; null for the program itself.</param>
    /// <returns>How many.</returns>
    public static async Task<int> RunAsync(CreditDb db, string client, CaseActor? by, TimeProvider clock, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var failed = db.Deliveries
            .Where(one => one.Client == client && (one.State == DeliveryState.Parked || (one.State == DeliveryState.Waiting && one.Failures > 0)));
        var entities = await failed.Select(one => one.Entity).Distinct().OrderBy(entity => entity).Take(MostEntities)
            .ForAllOrganisations("messages of a program, to be sent again").ToListAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var count = 0;
        foreach (var entity in entities)
        {
            count += await failed.Where(one => one.Entity == entity).ExecuteUpdateAsync(
                set => set.SetProperty(one => one.State, DeliveryState.Waiting).SetProperty(one => one.NextAt, now).SetProperty(one => one.TriedSince, now)
                    .SetProperty(one => one.Failures, 0).SetProperty(one => one.DoneAt, (DateTimeOffset?)null),
                cancellation);
        }

        if (count > 0)
        {
            db.Record(Told(client, by, clock).With("resource.count", count));
            await db.SaveChangesAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return count;
    }

    private static AuditEvent Told(string client, CaseActor? by, TimeProvider clock)
    {
        var told = TellingKinds.Of(TellingKinds.Again, by?.Client ?? client, null, clock, null).With("resource.type", "message").With("resource.id", client);
        return by is null ? told : told with { Subject = by.Person is { } person ? new SubjectId(person) : null, Session = by.Session };
    }
}
