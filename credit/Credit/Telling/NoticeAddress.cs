using System.Text.Json;
using Backbone.Audit.Outbox;
using Backbone.Credit.Events;
using Backbone.Credit.Storage;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Programs;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Telling;

/// <summary>
/// Where a program wants notices of whatever organisation: who asks for reports and subscribes to nothing is told too. Each change is an event, without the address.
/// </summary>
internal static class NoticeAddress
{
    public const string Gone = "gone";

    private const string Set = "set";
    private const string Removed = "removed";

    public static async Task<IResult> Put(HttpContext http, Reachable reachable, CreditDb db, TimeProvider clock)
    {
        var client = CallingProgram.Of(http.User)!.ClientId;
        if (await FormAsync(http) is not { Target: { } target })
        {
            return new PageProblem(Problems.BadRequest, "a JSON object of target");
        }

        if (reachable.Fault(target) is { } fault)
        {
            return new PageProblem(CreditProblems.BadTarget, fault);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(http.RequestAborted);
        var changed = await db.WebhookSecrets.Where(one => one.Client == client).ExecuteUpdateAsync(set => set.SetProperty(one => one.NoticeTarget, target), http.RequestAborted);
        if (changed == 0)
        {
            return new PageProblem(CreditProblems.NoSecret, $"POST {Subscribe.Path}/secret first");
        }

        db.Record(Told(client, Set, clock));
        await db.SaveChangesAsync(http.RequestAborted);
        await transaction.CommitAsync(http.RequestAborted);
        return Results.NoContent();
    }

    public static async Task<IResult> Delete(HttpContext http, CreditDb db, TimeProvider clock)
    {
        await ForgetAsync(db, CallingProgram.Of(http.User)!.ClientId, null, Removed, clock, http.RequestAborted);
        return Results.NoContent();
    }

    /// <summary>What waits for it is dropped; the notices stay in the program's list.</summary>
    /// <param name="target">Only as long as it is still this one; null for whichever.</param>
    /// <param name="why">As the event says.</param>
    public static async Task ForgetAsync(CreditDb db, string client, string? target, string why, TimeProvider clock, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var changed = await db.WebhookSecrets.Where(one => one.Client == client && one.NoticeTarget != null && (target == null || one.NoticeTarget == target))
            .ExecuteUpdateAsync(set => set.SetProperty(one => one.NoticeTarget, (string?)null), cancellation);
        if (changed > 0)
        {
            var waiting = db.Deliveries.Where(one => one.Client == client && one.Subscription == Guid.Empty && one.State == DeliveryState.Waiting);
            foreach (var entity in await waiting.Select(one => one.Entity).Distinct().ForAllOrganisations("notices that have no address any more").ToListAsync(cancellation))
            {
                await waiting.Where(one => one.Entity == entity)
                    .ExecuteUpdateAsync(set => set.SetProperty(one => one.State, DeliveryState.Dropped).SetProperty(one => one.DoneAt, now), cancellation);
            }

            db.Record(Told(client, why, clock));
            await db.SaveChangesAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
    }

    private static async Task<NoticeAddressForm?> FormAsync(HttpContext http)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(http.Request.Body, TellingJson.Default.NoticeAddressForm, http.RequestAborted);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Audit.Contracts.AuditEvent Told(string client, string what, TimeProvider clock) =>
        TellingKinds.Of(TellingKinds.Address, client, null, clock, null).With("credit.decision", what).With("resource.type", "notice");
}

/// <summary>What a program sends. Nothing of it is believed.</summary>
internal sealed record NoticeAddressForm(string? Target);
