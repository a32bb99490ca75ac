using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Backbone.Credit.Storage;
using Backbone.Credit.Telling;
using Backbone.Platform.Web;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Tests.Telling;

/// <summary>Receivers that answer endlessly, never, or lead elsewhere; names that change where they lead; and what is seen of an address that holds a password.</summary>
public sealed class HostileReceiverTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Rebinding: the second answer of the name leads into the house. The connection is made to what was looked at, and the name is asked once for each.</summary>
    [Fact]
    public async Task A_name_is_resolved_once_and_the_connection_goes_to_the_address_that_was_looked_at()
    {
        await using var receiver = new HostileReceiver(AnswerAsync);
        ConcurrentQueue<string> asked = new();
        await using var backbone = await StartAsync(TimeProvider.System, "127.0.0.1/32", (name, _) =>
        {
            asked.Enqueue(name);
            return Task.FromResult<IPAddress[]>(asked.Count == 1 ? [IPAddress.Parse("127.0.0.2"), IPAddress.Parse("127.0.0.1")] : [IPAddress.Parse("127.0.0.2")]);
        });
        await backbone.SubscribeAsync(1, $"http://localhost:{receiver.Port}/");
        await backbone.ChangeAsync(TimeProvider.System, [1]);
        await backbone.UntilAsync(db => db.Deliveries.AnyAsync(one => one.State == DeliveryState.Delivered, Cancelled));
        Assert.Equal(["127.0.0.1"], receiver.Connections.Select(one => one.ToString()));
        Assert.Equal(["localhost"], asked);

        await backbone.ChangeAsync(TimeProvider.System, [1]);
        await backbone.UntilAsync(db => db.Deliveries.AnyAsync(one => one.Failure == "refused address", Cancelled));
        Assert.Equal((1, 2), (receiver.Connections.Count, asked.Count));
    }

    [Theory]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://0177.0.0.1/")]
    [InlineData("https://127.1/")]
    [InlineData("https://[::127.0.0.1]/")]
    [InlineData("https://[fe80::1%25eth0]/")]
    [InlineData("https://１２７.0.0.1/")]
    [InlineData("https://a.example\\@127.0.0.1/")]
    [InlineData("https://a.example/\r\nHost: b.example")]
    [InlineData("gopher://a.example/")]
    [InlineData("https:///a")]
    public async Task An_address_written_otherwise_leads_to_this_machine_no_more_than_the_plain_one(string target)
    {
        var reachable = new Reachable(Options.Create(new WebhookOptions()));
        if (reachable.Fault(target) is null)
        {
            // What is no address by its letters is judged by where it leads.
            var host = new Uri(target).IdnHost;
            Assert.All(await Dns.GetHostAddressesAsync(host, Cancelled), one => Assert.False(reachable.May(one)));
        }
    }

    /// <summary>The name stands in every message, and messages are written with what they tell of: one too long for the table stopped grades and facts.</summary>
    [Theory]
    [InlineData(60, 59, true)]
    [InlineData(60, 60, false)]
    [InlineData(63, 63, false)]
    public void A_name_longer_than_the_DNS_has_is_refused_and_what_is_taken_fits_the_table(int label, int last, bool taken)
    {
        var target = $"https://{string.Join('.', Enumerable.Repeat(new string('a', label), 3))}.{new string('b', last)}.example.cn:65535/path";

        var fault = new Reachable(Options.Create(new WebhookOptions())).Fault(target);

        Assert.Equal(taken, fault is null);
        Assert.InRange(TellSubscribers.ReceiverOf(target).Length, 1, Delivery.LongestReceiver);
    }

    [Theory]
    [InlineData("169.254.0.0/16")]
    [InlineData("169.254.169.254/32")]
    [InlineData("fe80::/10")]
    public void Link_local_addresses_are_no_network_an_operator_may_name(string network)
    {
        var options = new WebhookOptions();
        options.Networks.Add(network);

        Assert.Contains("link-local", new WebhookOptionsBounds(new BackboneOptions { PublicUrl = "http://localhost:7100" }).Validate(null, options).FailureMessage!, StringComparison.Ordinal);
    }

    /// <summary>Of an endless answer the status is all that is read.</summary>
    [Fact]
    public async Task An_endless_body_is_not_read()
    {
        var written = 0L;
        TaskCompletionSource ended = new();
        await using var receiver = new HostileReceiver(async (stream, cancellation) =>
        {
            await HostileReceiver.ReadAsync(stream, cancellation);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray(), cancellation);
            var chunk = Encoding.ASCII.GetBytes("10000\r\n" + new string('x', 0x10000) + "\r\n");
            try
            {
                while (written < 1L << 30)
                {
                    await stream.WriteAsync(chunk, cancellation);
                    written += chunk.Length;
                }
            }
            finally
            {
                ended.TrySetResult();
            }
        });
        await using var backbone = await StartAsync(TimeProvider.System);
        await backbone.SubscribeAsync(1, Url(receiver));
        await backbone.ChangeAsync(TimeProvider.System, [1]);

        await backbone.UntilAsync(db => db.Deliveries.AnyAsync(one => one.State == DeliveryState.Delivered, Cancelled));
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancelled);
        Assert.InRange(written, 0, 32L << 20);
    }

    [Theory]
    [InlineData("slow", "no answer in time")]
    [InlineData("headers", "no connection")]
    [InlineData("continue", "no answer in time")]
    [InlineData("garbage", "no connection")]
    public async Task An_answer_that_does_not_end_is_given_up(string kind, string failure)
    {
        await using var receiver = new HostileReceiver(async (stream, cancellation) =>
        {
            await HostileReceiver.ReadAsync(stream, cancellation);
            var (start, more, pause) = kind switch
            {
                "slow" => ("HTTP/1.1 200 OK\r\nX-A: ", "a", 100),
                "headers" => ("HTTP/1.1 200 OK\r\n", "X-A: " + new string('a', 1000) + "\r\n", 0),
                "continue" => ("", "HTTP/1.1 100 Continue\r\n\r\n", 20),
                _ => ("SSH-2.0-x\r\n", "\0\0\0\0", 100),
            };
            await stream.WriteAsync(Encoding.ASCII.GetBytes(start), cancellation);
            while (true)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(more), cancellation);
                await Task.Delay(pause, cancellation);
            }
        });
        await using var backbone = await StartAsync(TimeProvider.System);
        await backbone.SubscribeAsync(1, Url(receiver));
        await backbone.ChangeAsync(TimeProvider.System, [1]);

        await backbone.UntilAsync(db => db.Deliveries.AnyAsync(one => one.Failure == failure, Cancelled), seconds: 20);
    }

    /// <summary>The attempt ends in time, and so does the connection that was being made for it.</summary>
    [Fact]
    public async Task A_handshake_that_never_ends_leaves_no_connection_behind()
    {
        TaskCompletionSource closed = new();
        await using var receiver = new HostileReceiver(async (stream, cancellation) =>
        {
            var buffer = new byte[4096];
            try
            {
                while (await stream.ReadAsync(buffer, cancellation) > 0)
                {
                    // The greeting, and no answer to it.
                }
            }
            finally
            {
                closed.TrySetResult();
            }
        });
        await using var backbone = await StartAsync(TimeProvider.System);
        await backbone.SubscribeAsync(1, $"https://127.0.0.1:{receiver.Port}/");
        await backbone.ChangeAsync(TimeProvider.System, [1]);

        await backbone.UntilAsync(db => db.Deliveries.AnyAsync(one => one.Failure != "", Cancelled), seconds: 20);
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancelled);
    }

    [Fact]
    public async Task A_password_in_the_address_is_in_no_trace_and_no_trace_of_this_system_is_sent_along()
    {
        ConcurrentQueue<string> traced = new();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => traced.Enqueue(activity.DisplayName + string.Join(' ', activity.TagObjects)),
        };
        ActivitySource.AddActivityListener(listener);
        TaskCompletionSource<string> request = new();
        await using var receiver = new HostileReceiver(async (stream, cancellation) =>
        {
            var buffer = new byte[16_384];
            request.TrySetResult(Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, cancellation)));
            await stream.WriteAsync("HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray(), cancellation);
        });
        await using var backbone = await StartAsync(TimeProvider.System);
        await backbone.SubscribeAsync(1, Url(receiver) + "services/geheim-im-pfad?token=geheim-im-feld");
        await backbone.ChangeAsync(TimeProvider.System, [1]);

        var sent = await request.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
        await backbone.UntilAsync(db => db.Deliveries.AnyAsync(one => one.State == DeliveryState.Delivered, Cancelled));
        Assert.Contains("geheim-im-pfad", sent, StringComparison.Ordinal);
        foreach (var header in (string[])["traceparent", "tracestate", "baggage", "Authorization", "Cookie", "Request-Id"])
        {
            Assert.DoesNotContain(header + ":", sent, StringComparison.OrdinalIgnoreCase);
        }

        Assert.DoesNotContain(traced, one => one.Contains("geheim-im", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, 5, 10)]
    [InlineData(2, 15, 30)]
    [InlineData(5, 405, 810)]
    [InlineData(30, 10_800, 21_600)]
    [InlineData(int.MaxValue, 10_800, 21_600)]
    public void The_wait_grows_to_six_hours_and_is_never_the_same_twice(int failures, int least, int most)
    {
        var waits = Enumerable.Range(0, 100).Select(_ => Receivers.WaitAfter(failures).TotalSeconds).ToList();

        Assert.All(waits, one => Assert.InRange(one, least, most));
        Assert.InRange(waits.Distinct().Count(), 50, 100);
    }

    private static async Task AnswerAsync(NetworkStream stream, CancellationToken cancellation)
    {
        await HostileReceiver.ReadAsync(stream, cancellation);
        await stream.WriteAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"u8.ToArray(), cancellation);
    }

    private static string Url(HostileReceiver receiver) => $"http://127.0.0.1:{receiver.Port}/";

    private static Task<BackboneFixture> StartAsync(
        TimeProvider clock, string networks = "127.0.0.0/8", Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null) => BackboneFixture.StartAsync(settings =>
    {
        (settings.Demo, settings.Clock) = (true, clock);
        settings.Settings["Backbone:Credit:Grading:Minutes"] = "0";
        settings.Settings["Backbone:Credit:Webhooks:Seconds"] = "2";
        settings.Settings["Backbone:Credit:Webhooks:Networks:0"] = networks;
        if (resolve is not null)
        {
            settings.Observe = services => services.AddSingleton(provider => new Reachable(provider.GetRequiredService<IOptions<WebhookOptions>>(), resolve));
        }
    });
}
