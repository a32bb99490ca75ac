using System.Text.Json.Nodes;
using Backbone.Audit.Contracts;
using Backbone.Audit.Events;
using Backbone.Audit.Forwarding;
using Backbone.Audit.Tests.Receiving;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Backbone.Audit.Tests.Forwarding;

/// <summary>A spool that reaches the bound of its disk while the log is away, and what the operator chose for that.</summary>
public sealed class FullSpoolTests(SendersHost log) : IClassFixture<SendersHost>
{
    private const int MostBytes = 16 << 20;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_spool_refuses_by_its_bound_or_drops_and_counts_as_chosen_for_the_kind_and_says_so_when_there_is_room_again()
    {
        await using var machines = await TwoMachines.StartAsync(log, settings: new()
        {
            ["MaximumBytes"] = "16777216",
            ["WhenFull:audit/audit-search"] = "CountedDrop",
        });
        machines.Road.Target = null;
        var trail = machines.Sender.Services.GetRequiredService<IAuditTrail>();
        var before = TimeProvider.System.GetUtcNow();
        var refused = await FillAsync(machines, trail);
        Assert.Contains("16777216", refused.Message, StringComparison.Ordinal);
        Assert.True(SizeOf(machines) <= MostBytes, $"{SizeOf(machines)} bytes");

        var health = await machines.Sender.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == SpoolHealth.Name, Cancellation);
        Assert.Equal(HealthStatus.Unhealthy, health.Status);

        // Whoever is dropped is answered; whoever must not be is refused, also in the other form.
        Assert.Equal(-1, await trail.AppendAsync(Large(AuditKinds.Search.Occurred(TimeProvider.System)).With("resource.query", new string('x', 1_000)), Cancellation));
        Assert.Equal(-1, await trail.AppendAsync(Large(AuditKinds.Search.Occurred(TimeProvider.System)).With("resource.query", new string('x', 1_000)), Cancellation));
        await Assert.ThrowsAsync<AuditUnavailableException>(async () => await trail.AppendAsync(Large(machines.Event()), Cancellation));

        // What was dropped outlives the process that dropped it.
        await machines.StopSenderAsync();
        await machines.StartSenderAsync();
        Assert.Equal(2, machines.Spool.Drops.Waiting);
        machines.Road.Target = log.Address;
        var drop = await DropEventAsync(machines);
        Assert.Equal(2, (long)drop["resource"]!["count"]!);
        Assert.Equal(["audit/audit-search 2"], drop["resource"]!["ids"]!.AsArray().Select(one => (string)one!));
        Assert.InRange((long)drop["resource"]!["from"]!, before.ToUnixTimeMilliseconds(), (long)drop["resource"]!["to"]!);

        // There is room, and what was acknowledged is gone from the disk.
        Assert.True(await machines.Sender.Services.GetRequiredService<IAuditTrail>().AppendAsync(Large(machines.Event()), Cancellation) > 0);
        await machines.ArrivedAsync();
        Assert.True(machines.Spool.Records.StartIndex > 0);
        Assert.True(SizeOf(machines) < MostBytes / 2, $"{SizeOf(machines)} bytes");
        Assert.False(File.Exists(Path.Combine(machines.Data, "audit", "dropped.json")));
    }

    [Fact]
    public async Task An_event_that_the_log_would_find_too_large_is_refused_before_it_is_written()
    {
        await using var machines = await TwoMachines.StartAsync(log);
        var most = AuditEventJson.MaxBytes - 20;

        // Lists and values are bounded each: all the lists, and then values until it is just below the bound.
        var large = new[] { "credit.reason_codes", "resource.ids", "resource.removed", "subject.data" }
            .Aggregate(machines.Event(), (one, list) => one.With(list, Enumerable.Repeat(new string('x', 1_000), 12)));
        foreach (var name in new[] { "auth.subject", "purpose.code", "purpose.legal_basis", "purpose.reference", "resource.digest", "resource.name", "resource.owner", "resource.query" })
        {
            var empty = large.With(name, "");
            var missing = most - Math.Min(most, AuditEventJson.Encode(empty).Length);
            large = missing > 3_000 + 100 ? large.With(name, new string('鲁', 1_000)) : missing > 1_000 ? large.With(name, new string('y', 900)) : missing > 0 ? large.With(name, new string('y', missing)) : large;
        }

        Assert.InRange(AuditEventJson.Encode(large).Length, most, AuditEventJson.MaxBytes);
        var refused = await Assert.ThrowsAsync<ArgumentException>(async () => await machines.Spool.AppendAsync(large, Cancellation));
        Assert.Contains($"{AuditEventJson.Encode(large).Length}", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, machines.Spool.Records.EndIndex);
    }

    private static long SizeOf(TwoMachines machines) =>
        new DirectoryInfo(Path.Combine(machines.Data, "audit", "spool")).GetFiles("*.seg").Sum(file => file.Length);

    /// <summary>About 4 KB.</summary>
    private static AuditEvent Large(AuditEvent one) => new[] { "auth.subject", "purpose.code", "purpose.reference", "resource.type" }
        .Aggregate(one, (large, name) => large.With(name, new string('x', 1_000)));

    private static async Task<AuditUnavailableException> FillAsync(TwoMachines machines, IAuditTrail trail)
    {
        // Many at once, then one by one: what is on its way reserves its room, and for a moment has it twice, reserved and on the disk.
        var together = 16;
        for (var i = 0; i < MostBytes / 4_000; i += together)
        {
            try
            {
                await Task.WhenAll(Enumerable.Range(0, together).Select(_ => trail.AppendAsync(Large(machines.Event()), Cancellation).AsTask()));
            }
            catch (AuditUnavailableException) when (together > 1)
            {
                together = 1;
            }
            catch (AuditUnavailableException full)
            {
                return full;
            }
        }

        throw new InvalidOperationException("the spool is never full");
    }

    private static async Task<JsonNode> DropEventAsync(TwoMachines machines)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        await foreach (var record in machines.Log.Log.Records.FollowAsync(0, limit.Token))
        {
            var leaf = JsonNode.Parse(record.Payload)!;
            if ((string)leaf["event"]!["action"]! == "events-drop")
            {
                return leaf;
            }
        }

        throw new InvalidOperationException("the log ended");
    }
}
