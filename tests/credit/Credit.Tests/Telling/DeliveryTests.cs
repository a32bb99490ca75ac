using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Backbone.Credit.Facts;
using Backbone.Credit.Storage;
using Backbone.Credit.Telling;
using Backbone.Credit.Tests.Batch;
using Backbone.Credit.Tests.Reports;
using Backbone.Platform.Web;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Tests.Telling;

/// <summary>How messages get to receivers that answer, do not, or lead elsewhere.</summary>
public sealed class DeliveryTests
{
    private readonly SetClock clock = new() { Now = TimeProvider.System.GetUtcNow() };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_receiver_that_never_answers_and_one_that_fails_hold_up_no_other()
    {
        await using var backbone = await StartAsync();
        await using var dead = await Receiver.StartAsync();
        dead.Answer = async (_, http) =>
        {
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
            return 200;
        };
        await using var failing = await Receiver.StartAsync(status: 500);
        await using var well = await Receiver.StartAsync();
        foreach (var entity in Enumerable.Range(0, 80))
        {
            await backbone.SubscribeAsync(entity, dead.Url);
            await backbone.SubscribeAsync(entity, failing.Url);
        }

        await backbone.SubscribeAsync(0, well.Url);
        await backbone.SubscribeAsync(1, well.Url);
        await backbone.ChangeAsync(clock, Enumerable.Range(0, 80));

        await well.UntilAsync(2, seconds: 30);
        Assert.InRange(dead.All.Count, 0, 12);
    }

    [Fact]
    public async Task What_failed_is_sent_again_with_the_same_id_and_after_three_days_it_is_parked_and_seen()
    {
        await using var backbone = await StartAsync();
        await using var receiver = await Receiver.StartAsync(status: 503);
        var subscription = await backbone.SubscribeAsync(1, receiver.Url);
        await backbone.ChangeAsync(clock, [1]);
        await receiver.UntilAsync(1);
        await backbone.UntilAsync(async db => (await db.Deliveries.AsNoTracking().SingleAsync(Cancelled)).Failure == "status 503");
        await backbone.UntilAsync(_ =>
        {
            // On and on: a receiver that failed rests from the time of its answer.
            clock.Now += TimeSpan.FromHours(1);
            return Task.FromResult(receiver.All.Count >= 2);
        });
        var came = receiver.All.ToList();
        Assert.Single(came.Select(one => one.Id).Distinct());
        Assert.Single(came.Select(one => Encoding.UTF8.GetString(one.Body)).Distinct());

        clock.Now += TimeSpan.FromHours(72);
        await backbone.UntilAsync(async db =>
        {
            clock.Now += TimeSpan.FromMinutes(5);
            return (await db.Deliveries.AsNoTracking().SingleAsync(Cancelled)).State == DeliveryState.Parked;
        });
        Assert.Equal(1, await backbone.LoggedAsync("webhook-park", subscription.Id.ToString("D")));
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_410_ends_the_subscription()
    {
        await using var backbone = await StartAsync();
        await using var elsewhere = await Receiver.StartAsync();
        await using var redirecting = await Receiver.StartAsync();
        redirecting.Answer = (_, http) =>
        {
            http.Response.Headers.Location = elsewhere.Url;
            return Task.FromResult(307);
        };
        await using var gone = await Receiver.StartAsync(status: 410);
        await backbone.SubscribeAsync(1, redirecting.Url);
        var ended = await backbone.SubscribeAsync(2, gone.Url);
        await backbone.ChangeAsync(clock, [1, 2]);

        await backbone.UntilAsync(db => db.Deliveries.AnyAsync(one => one.Failure == "redirect", Cancelled));
        await backbone.UntilAsync(db => db.Subscriptions.AnyAsync(one => one.Id == ended.Id && one.Ending == SubscriptionEnd.Gone, Cancelled));
        Assert.Empty(elsewhere.All);
        Assert.Equal(1, await backbone.LoggedAsync("credit-unsubscribe", ended.Id.ToString("D")));
        await backbone.ChangeAsync(clock, [2]);
        Assert.Equal(1, await backbone.AskAsync(db => db.Deliveries.CountAsync(one => one.Subscription == ended.Id, Cancelled)));
    }

    [Fact]
    public async Task A_name_that_leads_to_an_address_that_is_not_public_is_refused_when_the_connection_is_made()
    {
        await using var backbone = await StartAsync(loopback: false);
        await using var receiver = await Receiver.StartAsync();
        var port = new Uri(receiver.Url).Port;
        await backbone.SubscribeAsync(1, $"https://localhost:{port}/");
        await backbone.ChangeAsync(clock, [1]);

        await backbone.UntilAsync(db => db.Deliveries.AnyAsync(one => one.Failure == "refused address", Cancelled));
        Assert.Empty(receiver.All);
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2400:3200::1", true)]
    [InlineData("10.20.3.4", true)]
    [InlineData("10.21.0.1", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.31.0.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:10.21.0.1", false)]
    [InlineData("64:ff9b::a01:203", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("2002:a01:203::1", false)]
    [InlineData("2001:0:1::1", false)]
    public void Only_public_addresses_and_networks_that_the_operator_named_are_sent_to(string address, bool may)
    {
        var options = new WebhookOptions();
        options.Networks.Add("10.20.0.0/16");

        Assert.Equal(may, new Reachable(Options.Create(options)).May(IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData("https://credit.example", "127.0.0.0/8", false)]
    [InlineData("https://credit.example", "::/0", false)]
    [InlineData("https://credit.example", "10.0.0.0/8", true)]
    [InlineData("http://localhost:7100", "127.0.0.0/8", true)]
    [InlineData("http://localhost:7100", "localhost", false)]
    public void Loopback_is_a_receiver_only_in_development(string publicUrl, string network, bool starts)
    {
        var options = new WebhookOptions();
        options.Networks.Add(network);

        var outcome = new WebhookOptionsBounds(new BackboneOptions { PublicUrl = publicUrl }).Validate(null, options);

        Assert.Equal(starts, outcome.Succeeded);
        Assert.True(starts || outcome.FailureMessage!.Contains("Backbone:Credit:Webhooks:Networks", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_hosts_of_one_database_send_each_message_once()
    {
        await using var first = await StartAsync(postgres: true);
        var settings = first.Services.GetRequiredService<Microsoft.Extensions.Configuration.IConfiguration>();
        await using var second = await StartAsync(
            postgres: true, database: settings["Backbone:Credit:ConnectionString"], masterKey: Path.Combine(first.DataDirectory, "keys", "master.key"));
        await using var receiver = await Receiver.StartAsync();
        await using var other = await Receiver.StartAsync();
        foreach (var entity in Enumerable.Range(0, 100))
        {
            await first.SubscribeAsync(entity, entity % 2 == 0 ? receiver.Url : other.Url);
        }

        for (var round = 0; round < 3; round++)
        {
            await (round % 2 == 0 ? first : second).ChangeAsync(clock, Enumerable.Range(0, 100));
        }

        await first.UntilAsync(async db => !await db.Deliveries.AnyAsync(one => one.State == DeliveryState.Waiting, Cancelled), seconds: 120);
        Received[] all = [.. receiver.All, .. other.All];
        Assert.Equal((300, 300), (all.Length, all.Select(one => one.Id).Distinct().Count()));
    }

    /// <summary>The receiver has the message and has not answered when the host dies: it comes again, with the same id, and none is lost.</summary>
    [Fact]
    public async Task After_kill_9_of_the_sending_host_nothing_is_lost_and_what_comes_twice_has_the_same_id()
    {
        var data = Directory.CreateTempSubdirectory("backbone-hooks-");
        string[] settings =
        [
            "--set", "Backbone:SampleApps=false", "--set", "Backbone:Credit:Webhooks:Networks:0=127.0.0.0/8", "--set", "Backbone:Credit:Webhooks:Seconds=5",
        ];
        try
        {
            await using var receiver = await Receiver.StartAsync();
            receiver.Answer = async (_, http) =>
            {
                await Task.Delay(Timeout.Infinite, http.RequestAborted);
                return 200;
            };
            await using (var host = await HostProcess.StartAsync(data.FullName, settings))
            {
                await TellAsync(host, receiver.Url);
                await receiver.UntilAsync(1);
                await host.KillAsync();
            }

            receiver.Answer = (_, _) => Task.FromResult(204);
            var before = receiver.All.Count;
            await using var again = await HostProcess.StartAsync(data.FullName, settings);
            for (var left = 80; receiver.All.Skip(before).Select(one => one.Id).Distinct().Count() < 3 && left > 0; left--)
            {
                await Task.Delay(500, Cancelled);
            }

            await Task.Delay(TimeSpan.FromSeconds(4), Cancelled);
            await again.StopAsync();
            var ids = receiver.All.Skip(before).Select(one => one.Id).ToList();
            Assert.Equal((3, 3), (ids.Count, ids.Distinct().Count()));
            Assert.Subset(ids.ToHashSet(), receiver.All.Take(before).Select(one => one.Id).ToHashSet());
            Assert.DoesNotContain("geheim", again.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("geheim", OpenFile.ReadLog(data.FullName), StringComparison.Ordinal);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    /// <summary>Reports three facts, one after another, about an organisation that it has subscribed to, as a program does.</summary>
    private static async Task TellAsync(HostProcess host, string target)
    {
        var secret = (string)host.Ready["clients"]!.AsArray().Single(client => (string?)client!["id"] == "machine")!["secret"]!;
        using var program = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = host.Portal };
        using var form = new FormUrlEncodedContent(
        [
            new("grant_type", "client_credentials"), new("client_id", "machine"), new("client_secret", secret),
            new("scope", "credit.facts.report credit.read"), new("resource", "urn:backbone:api:credit"),
        ]);
        using var token = await program.PostAsync(new Uri("/connect/token", UriKind.Relative), form);
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ReportHost.Json(await token.Content.ReadAsByteArrayAsync()).GetProperty("access_token").GetString());
        var code = MadeUpSegments.Entity(7).ToString();
        for (var fact = 0; fact < 4; fact++)
        {
            var line = string.Create(CultureInfo.InvariantCulture, $$"""{"key":"k-{{fact}}","entity":"{{code}}",{{ReportHost.Penalty()}}}""");
            using var content = new StringContent(line, Encoding.UTF8, "application/json");
            using var taken = await program.PostAsync(new Uri("/credit/v1/facts", UriKind.Relative), content);
            Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
            if (fact == 0)
            {
                await TellingHost.SecretAsync(program);
                var (status, body) = await TellingHost.PostAsync(program, TellingHost.Form(code, target, "facts"));
                Assert.True(status == 201, body.GetRawText());
            }
        }
    }

    private Task<BackboneFixture> StartAsync(bool postgres = false, bool loopback = true, string? database = null, string? masterKey = null) => BackboneFixture.StartAsync(settings =>
    {
        (settings.Demo, settings.Postgres) = (true, postgres);
        settings.Clock = clock;
        settings.Settings["Backbone:Credit:Grading:Minutes"] = "0";
        settings.Settings["Backbone:Credit:Webhooks:Seconds"] = "2";
        if (loopback)
        {
            settings.Settings["Backbone:Credit:Webhooks:Networks:0"] = "127.0.0.0/8";
        }

        if (database is not null)
        {
            settings.Settings["Backbone:Identity:ConnectionString"] = database;
            settings.Settings["Backbone:MasterKey"] = "file:" + masterKey;
        }
    });
}
