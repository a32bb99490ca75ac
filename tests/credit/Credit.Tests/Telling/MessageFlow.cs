using System.Globalization;
using Backbone.Audit.Outbox;
using Backbone.Credit.Facts;
using Backbone.Credit.Storage;
using Backbone.Credit.Telling;
using Backbone.Credit.Tests.Batch;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Backbone.Credit.Tests.Telling;

/// <summary>What the tests of messages do with a host: subscribe, change something, look until it is so.</summary>
internal static class MessageFlow
{
    private static int sent;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    internal static Subscription Row(string entity, string target, string client = "machine") => new()
    {
        Entity = entity,
        Id = Guid.CreateVersion7(),
        Client = client,
        Purpose = "supervision",
        Basis = "国办发〔2026〕8号",
        Target = target,
        Grades = true,
        Facts = true,
        At = TimeProvider.System.GetUtcNow(),
        Until = TimeProvider.System.GetUtcNow().AddDays(Subscription.Days),
    };

    /// <summary>A subscription as the store has it, of a program that has a secret.</summary>
    internal static async Task<Subscription> SubscribeAsync(this BackboneFixture backbone, int entity, string target, string client = "machine")
    {
        var row = Row(MadeUpSegments.Entity(entity).ToString(), target, client);
        await backbone.AskAsync(async db =>
        {
            if (!await db.WebhookSecrets.AnyAsync(one => one.Client == client, Cancelled))
            {
                db.WebhookSecrets.Add(new WebhookSecret { Client = row.Client, Sealed = backbone.Services.GetRequiredService<SignMessage>().NewSecret().Sealed });
            }

            db.Subscriptions.Add(row);
            return await db.SaveChangesAsync(Cancelled);
        });
        return row;
    }

    /// <summary>One record about each, in one batch.</summary>
    internal static async Task ChangeAsync(this BackboneFixture backbone, TimeProvider clock, IEnumerable<int> entities)
    {
        var drafts = entities.Select(entity => MadeUpDraft.Of(MadeUpSegments.Entity(entity), string.Create(CultureInfo.InvariantCulture, $"k-{Interlocked.Increment(ref sent)}"), clock)).ToList();
        await backbone.AskAsync(db => new StoreFacts(db, clock).WriteAsync("agency", drafts, Cancelled));
    }

    internal static async Task<T> AskAsync<T>(this BackboneFixture backbone, Func<CreditDb, Task<T>> ask)
    {
        await using var scope = backbone.Services.CreateAsyncScope();
        return await ask(scope.ServiceProvider.GetRequiredService<CreditDb>());
    }

    internal static async Task UntilAsync(this BackboneFixture backbone, Func<CreditDb, Task<bool>> holds, int seconds = 40)
    {
        for (var left = seconds * 10; left > 0; left--)
        {
            if (await backbone.AskAsync(holds))
            {
                return;
            }

            await Task.Delay(100, Cancelled);
        }

        Assert.Fail($"It did not come to be in {seconds} s.");
    }

    /// <summary>How many events of an action are in the log that name something.</summary>
    internal static async Task<int> LoggedAsync(this BackboneFixture backbone, string action, string about)
    {
        // The host's own relay may be at work on it.
        await backbone.UntilAsync(async db =>
        {
            await backbone.Services.GetServices<IHostedService>().OfType<OutboxRelay<CreditDb>>().Single().DrainAsync(Cancelled);
            return !await db.Set<OutboxEntry>().AnyAsync(Cancelled);
        });
        return OpenFile.ReadLog(backbone.DataDirectory).Split("{\"@timestamp\"").Count(one =>
            one.Contains($"\"{action}\"", StringComparison.Ordinal) && one.Contains(about, StringComparison.Ordinal));
    }
}
