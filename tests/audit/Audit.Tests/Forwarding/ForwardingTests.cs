using System.Text;
using System.Text.Json.Nodes;
using Backbone.Audit.Appending;
using Backbone.Audit.Contracts;
using Backbone.Audit.Events;
using Backbone.Audit.Tests.Receiving;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Audit.Tests.Forwarding;

/// <summary>Whatever happens between a forwarding host and the log: each of its events is in the log once, in order.</summary>
public sealed class ForwardingTests(ForwardingTests.LogHost log) : IClassFixture<ForwardingTests.LogHost>
{
    private const int MoreThanTheWindow = 1_100;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_come_into_the_log_in_order_in_the_names_that_stand_in_them_and_say_by_which_host()
    {
        await using var machines = await TwoMachines.StartAsync(log);
        await machines.AppendAsync(250);
        await machines.AssertArrivedAsync();
        var leaf = (await machines.ArrivedAsync())[0];
        Assert.Equal(("audit", "host-two"), ((string)leaf["event"]!["module"]!, (string)leaf["agent"]!["name"]!));
        Assert.Equal(machines.Spool.Id.ToString("D"), (string)leaf["agent"]!["id"]!);
        var there = AuditEventJson.Decode(machines.Spool.Records.Read(0, 1).Single().Payload);
        Assert.Equivalent(there, AuditEventJson.Decode(Encoding.UTF8.GetBytes(leaf.ToJsonString())), strict: true);
    }

    [Fact]
    public async Task A_forwarding_host_has_no_log_of_its_own_and_no_way_in()
    {
        await using var machines = await TwoMachines.StartAsync(log);
        Assert.False(Directory.Exists(Path.Combine(machines.Data, "audit", "log")));
        Assert.Null(machines.Sender.Services.GetService<SegmentLog>());
        using var client = machines.Sender.NewClient();
        using var answer = await client.PostAsync(new Uri("/audit/v1/events", UriKind.Relative), SendersHost.Lines("{}"), Cancellation);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task An_answer_that_was_lost_makes_no_event_twice_however_long_ago_and_also_after_the_log_was_started_again()
    {
        await using var machines = await TwoMachines.StartAsync(log);
        var lost = new TaskCompletionSource();
        machines.Road.Afterwards = () =>
        {
            lost.TrySetResult();
            return Task.CompletedTask;
        };
        machines.Road.Choose = batch => batch == 0 ? Mishap.AnswerLost : Mishap.Away;
        await machines.AppendAsync(70);
        await lost.Task.WaitAsync(Cancellation);
        await FillWindowAsync();
        await machines.RestartLogAsync();
        machines.Road.Choose = _ => Mishap.None;
        await machines.AppendAsync(30);
        await machines.AssertArrivedAsync();
    }

    [Fact]
    public async Task What_a_crash_of_the_log_left_between_its_events_and_the_mark_of_the_spool_is_found_in_the_log()
    {
        await using var machines = await TwoMachines.StartAsync(log);
        await machines.AppendAsync(150);
        await machines.AssertArrivedAsync();
        await machines.StopSenderAsync();
        var marks = Path.Combine(machines.LogData, "audit", "spools");

        // The newest may be about to be replaced; the one before serves as well.
        var before = Directory.GetFiles(marks).Where(file => Path.GetExtension(file).Length == 0).ToDictionary(file => file, File.ReadAllBytes);

        var lost = new TaskCompletionSource();
        machines.Road.Afterwards = () =>
        {
            lost.TrySetResult();
            return Task.CompletedTask;
        };
        var first = machines.Road.Batches;
        machines.Road.Choose = batch => batch == first ? Mishap.AnswerLost : Mishap.Away;
        await machines.StartSenderAsync();
        await machines.AppendAsync(60);
        await lost.Task.WaitAsync(Cancellation);
        await FillWindowAsync();
        await log.StopAsync();
        foreach (var (file, bytes) in before)
        {
            await File.WriteAllBytesAsync(file, bytes, Cancellation);
        }

        await machines.RestartLogAsync();
        machines.Road.Choose = _ => Mishap.None;
        await machines.AppendAsync(40);
        await machines.AssertArrivedAsync();
    }

    [Fact]
    public async Task Marks_that_are_lost_are_made_again_from_the_log_and_nothing_is_there_twice()
    {
        await using var machines = await TwoMachines.StartAsync(log);
        await machines.AppendAsync(120);
        await machines.AssertArrivedAsync();
        await log.StopAsync();
        Directory.Delete(Path.Combine(machines.LogData, "audit", "spools"), recursive: true);
        await machines.RestartLogAsync();
        await FillWindowAsync();
        await machines.AppendAsync(20);
        await machines.AssertArrivedAsync();
    }

    [Fact]
    public async Task While_the_log_is_away_events_are_answered_and_wait_and_a_host_started_again_sends_what_waited()
    {
        await using var machines = await TwoMachines.StartAsync(log);
        machines.Road.Target = null;
        await machines.AppendAsync(150);
        await machines.StopSenderAsync();
        await machines.StartSenderAsync();
        await machines.AppendAsync(150);
        Assert.Equal(0, machines.Progress.Next);
        machines.Road.Target = log.Address;
        await machines.AssertArrivedAsync();
    }

    [Fact]
    public async Task A_token_that_is_refused_is_replaced_and_a_batch_that_is_too_large_is_halved()
    {
        await using var machines = await TwoMachines.StartAsync(log);
        machines.Road.Choose = batch => batch switch
        {
            0 => Mishap.TokenRefused,
            < 4 => Mishap.TooLarge,
            _ => Mishap.None,
        };
        await machines.AppendAsync(130);
        await machines.AssertArrivedAsync();
    }

    [Fact]
    public async Task An_event_the_log_refuses_lies_whole_in_the_file_of_refused_events_and_the_others_go_on()
    {
        await using var machines = await TwoMachines.StartAsync(log);
        await machines.AppendAsync(10);
        var foreign = AuditEventJson.Encode(machines.Event() with { Module = "external" });
        await machines.Sender.Services.GetRequiredService<IAuditTrail>().AppendAsync(AuditEventJson.Decode(foreign).Id, foreign, Cancellation);
        await machines.AppendAsync(1);
        Assert.Equal(11, (await machines.ArrivedAsync()).Count);

        // One more arrives only when the batch before it was settled.
        await machines.AppendAsync(1);
        await machines.ArrivedAsync();
        var line = JsonNode.Parse(Assert.Single(await File.ReadAllLinesAsync(Path.Combine(machines.Data, "audit", "refused.ndjson"), Cancellation)))!;
        Assert.Equal(10, (int)line["sequence"]!);
        Assert.Contains("event.module", (string)line["reason"]!, StringComparison.Ordinal);
        Assert.Equal(Encoding.UTF8.GetString(foreign), (string)line["event"]!);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_refusal_whose_answer_was_lost_is_told_again(bool restarted)
    {
        await using var machines = await TwoMachines.StartAsync(log);
        var lost = new TaskCompletionSource();
        machines.Road.Target = null;
        await machines.AppendAsync(3);
        var foreign = AuditEventJson.Encode(machines.Event() with { Module = "external" });
        await machines.Sender.Services.GetRequiredService<IAuditTrail>().AppendAsync(AuditEventJson.Decode(foreign).Id, foreign, Cancellation);
        machines.Road.Afterwards = () =>
        {
            lost.TrySetResult();
            return Task.CompletedTask;
        };
        machines.Road.Choose = _ => lost.Task.IsCompleted ? Mishap.Away : Mishap.AnswerLost;
        machines.Road.Target = log.Address;
        await lost.Task.WaitAsync(Cancellation);
        if (restarted)
        {
            await machines.RestartLogAsync();
        }

        machines.Road.Choose = _ => Mishap.None;
        await machines.AppendAsync(1);
        Assert.Equal(4, (await machines.ArrivedAsync()).Count);
        await machines.AppendAsync(1);
        Assert.Equal(5, (await machines.ArrivedAsync()).Count);
        Assert.Contains("event.module", Assert.Single(await File.ReadAllLinesAsync(Path.Combine(machines.Data, "audit", "refused.ndjson"), Cancellation)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_without_the_key_of_the_log_is_told_where_to_get_it_and_does_not_start()
    {
        await using var machines = await TwoMachines.StartAsync(log);
        await machines.StopSenderAsync();
        File.Delete(Path.Combine(machines.Data, "keys", "audit-privacy.key"));
        var refused = await Assert.ThrowsAnyAsync<Exception>(machines.StartSenderAsync);
        Assert.Contains("copy it from there", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_hosts_forward_side_by_side_and_neither_disturbs_the_other()
    {
        await using var one = await TwoMachines.StartAsync(log);
        await using var other = await TwoMachines.StartAsync(log, "host-three");
        await Task.WhenAll(one.AppendAsync(220), other.AppendAsync(180));
        await one.AssertArrivedAsync();
        await other.AssertArrivedAsync();
    }

    /// <summary>So many other events that the log's memory of ids holds nothing older.</summary>
    private async Task FillWindowAsync()
    {
        var trail = log.Services.GetRequiredService<IAuditTrail>();
        await Task.WhenAll(Enumerable.Range(0, MoreThanTheWindow).Select(
            _ => trail.AppendAsync(AuditKinds.Search.Occurred(TimeProvider.System), Cancellation).AsTask()));
    }

    public sealed class LogHost : SendersHost
    {
        protected override void Configure(FixtureSettings settings)
        {
            base.Configure(settings);
            settings.Settings["Backbone:Audit:DeduplicationWindow"] = "1000";
        }
    }
}
