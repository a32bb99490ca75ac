using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Backbone.Credit.Facts;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Telling;
using Backbone.Credit.Tests.Batch;
using Backbone.Credit.Tests.Reports;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Backbone.Credit.Tests.Telling;

/// <summary>Nobody who was told is passed over, and nobody is noticed twice: with two hosts, after kill -9, and when an upload or an answer takes long.</summary>
public sealed class NoticeRaceTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_hosts_of_one_database_write_each_notice_once()
    {
        const int Facts = 150;
        await using var first = await StartAsync(TimeProvider.System, postgres: true);
        await using var second = await StartAsync(TimeProvider.System, postgres: true, like: first);
        await StateAndAskAsync(first, Facts, ["one", "two"]);
        await EndAsync(first, Facts);

        int[][] rounds = await Task.WhenAll(Enumerable.Range(0, 8).Select(async at => new[] { await NoticesOf(at % 2 == 0 ? first : second).RunAsync(TimeSpan.Zero, Cancelled) }));

        Assert.Equal(2 * Facts, rounds.Sum(one => one[0]));
        var notices = await first.AskAsync(db => db.Notices.AsNoTracking().ToListAsync(Cancelled));
        Assert.Equal((2 * Facts, 2 * Facts), (notices.Count, notices.Select(one => (one.Client, one.Record)).Distinct().Count()));
        Assert.Equal(0, await NoticesOf(second).RunAsync(TimeSpan.Zero, Cancelled));
    }

    /// <summary>The time in a record is that of the upload's begin. By it the record would be long settled when it commits, with answers made without it still on their way.</summary>
    [Fact]
    public async Task A_record_is_looked_at_only_when_it_has_been_seen_for_so_long_however_old_its_own_time_is()
    {
        var clock = new SetClock { Now = TimeProvider.System.GetUtcNow() };
        await using var backbone = await StartAsync(clock);
        await StateAndAskAsync(backbone, 1, ["one"]);
        await EndAsync(backbone, 1);
        clock.Now += TimeSpan.FromHours(1);

        Assert.Equal(0, await NoticesOf(backbone).RunAsync(TimeSpan.FromSeconds(2), Cancelled));
        await Task.Delay(TimeSpan.FromSeconds(2.2), Cancelled);
        Assert.Equal(1, await NoticesOf(backbone).RunAsync(TimeSpan.FromSeconds(2), Cancelled));
    }

    [Fact]
    public async Task An_answer_that_took_so_long_that_its_notice_may_be_missed_does_not_leave()
    {
        var clock = new JumpingClock();
        await using var backbone = await StartAsync(clock);
        await backbone.ChangeAsync(clock, [3]);
        using var program = await backbone.NewProgramAsync("machine", "credit.read", "urn:backbone:api:credit");
        var address = $"/credit/v1/entities/{MadeUpSegments.Entity(3)}/report{ReportHost.Query()}";

        Assert.Equal(HttpStatusCode.OK, (await ReportHost.GetAsync(program, address)).Status);
        clock.Jump = NoticeRecipients.LongestAnswer;
        var (status, body) = await ReportHost.GetAsync(program, address);
        clock.Jump = TimeSpan.Zero;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.DoesNotContain("grade", Encoding.UTF8.GetString(body), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await ReportHost.GetAsync(program, address)).Status);
    }

    /// <summary>Killed while it writes and sends notices, again and again: in the end each program has one of each fact, and what came twice has the same id and bytes.</summary>
    [Fact]
    public async Task After_kill_9_nobody_is_passed_over_and_nobody_is_noticed_twice()
    {
        const int Facts = 40;
        var data = Directory.CreateTempSubdirectory("backbone-notices-");
        string[] settings =
        [
            "--set", "Backbone:SampleApps=false", "--set", "Backbone:Credit:Webhooks:Networks:0=127.0.0.0/8", "--set", "Backbone:Credit:Webhooks:Seconds=2",
        ];
        try
        {
            await using var receiver = await Receiver.StartAsync();
            await using (var host = await HostProcess.StartAsync(data.FullName, settings))
            {
                using var program = await ProgramAsync(host);
                await TellingHost.SecretAsync(program);
                using var target = new StringContent($$"""{"target":"{{receiver.Url}}"}""", Encoding.UTF8, "application/json");
                using var named = await program.PutAsync(new Uri(ServeNotices.Path + "/target", UriKind.Relative), target, Cancelled);
                Assert.Equal(HttpStatusCode.NoContent, named.StatusCode);
                for (var fact = 0; fact < Facts; fact++)
                {
                    await PostAsync(program, string.Create(CultureInfo.InvariantCulture, $$"""{"key":"k-{{fact}}","entity":"{{MadeUpSegments.Entity(fact)}}",{{ReportHost.Penalty()}}}"""));
                    Assert.Equal(HttpStatusCode.OK, (await ReportHost.GetAsync(program, $"/credit/v1/entities/{MadeUpSegments.Entity(fact)}/report{ReportHost.Query()}")).Status);
                }

                for (var fact = 0; fact < Facts; fact++)
                {
                    await PostAsync(program, string.Create(CultureInfo.InvariantCulture, $$"""{"key":"w-{{fact}}","entity":"{{MadeUpSegments.Entity(fact)}}",{{ReportHost.Withdrawal($"k-{fact}")}}}"""));
                }

                // Within the seconds in which it looks who was told.
                await Task.Delay(TimeSpan.FromSeconds(15), Cancelled);
                await host.KillAsync();
            }

            for (var round = 0; round < 3; round++)
            {
                await using var host = await HostProcess.StartAsync(data.FullName, settings);
                await Task.Delay(TimeSpan.FromSeconds(18 + (round * 3)), Cancelled);
                await host.KillAsync();
            }

            await using var last = await HostProcess.StartAsync(data.FullName, settings);
            for (var left = 120; receiver.All.Select(one => one.Entity).Distinct().Count() < Facts && left > 0; left--)
            {
                await Task.Delay(500, Cancelled);
            }

            using var reader = await ProgramAsync(last);
            var notices = ReportHost.Json((await ReportHost.GetAsync(reader, ServeNotices.Path)).Body).GetProperty("notices").EnumerateArray().ToList();
            Assert.Equal((Facts, Facts), (notices.Count, notices.Select(one => one.GetProperty("entity").GetString()).Distinct().Count()));
            Assert.Equal(Facts, receiver.All.Select(one => one.Id).Distinct().Count());
            Assert.All(receiver.All, one => Assert.Equal(
                notices.Single(notice => notice.GetProperty("id").GetString() == one.Id).GetProperty("message").GetString(), Encoding.UTF8.GetString(one.Body)));
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static NoticeRecipients NoticesOf(BackboneFixture backbone) => backbone.Services.GetServices<IHostedService>().OfType<NoticeRecipients>().Single();

    private static Task<BackboneFixture> StartAsync(TimeProvider clock, bool postgres = false, BackboneFixture? like = null) => BackboneFixture.StartAsync(settings =>
    {
        (settings.Demo, settings.Postgres) = (true, postgres);
        settings.Clock = clock;
        settings.Settings["Backbone:Credit:Grading:Minutes"] = "0";
        if (like is not null)
        {
            settings.Settings["Backbone:Identity:ConnectionString"] = like.Services.GetRequiredService<IConfiguration>()["Backbone:Credit:ConnectionString"]!;
            settings.Settings["Backbone:MasterKey"] = "file:" + Path.Combine(like.DataDirectory, "keys", "master.key");
        }
    });

    /// <summary>Facts about one organisation each, and programs that had a report of it afterwards.</summary>
    private static async Task StateAndAskAsync(BackboneFixture backbone, int facts, string[] programs)
    {
        var clock = backbone.Services.GetRequiredService<TimeProvider>();
        await backbone.ChangeAsync(clock, Enumerable.Range(0, facts));
        await backbone.AskAsync(async db =>
        {
            var known = await db.Clock.Select(row => row.Last).SingleAsync(Cancelled);
            db.Queries.AddRange(Enumerable.Range(0, facts).SelectMany(_ => programs, (fact, program) => MadeUpQuestion.Of(MadeUpSegments.Entity(fact), program, known, clock)));
            return await db.SaveChangesAsync(Cancelled);
        });
    }

    private static async Task EndAsync(BackboneFixture backbone, int facts)
    {
        var clock = backbone.Services.GetRequiredService<TimeProvider>();
        var keys = await backbone.AskAsync(db => db.Facts.AsNoTracking().ToDictionaryAsync(one => one.Entity, one => one.SourceKey, Cancelled));
        FactDraft[] drafts =
        [
            .. Enumerable.Range(0, facts).Select(MadeUpSegments.Entity).Select(entity => new FactDraft(
                entity, "w-" + keys[entity.ToString()], RecordKind.Withdrawn, keys[entity.ToString()], null, null, "依据被撤销", new byte[32])),
        ];
        foreach (var some in drafts.Chunk(30))
        {
            await backbone.AskAsync(db => new StoreFacts(db, clock).WriteAsync("agency", some, Cancelled));
        }
    }

    private static async Task<HttpClient> ProgramAsync(HostProcess host)
    {
        var secret = (string)host.Ready["clients"]!.AsArray().Single(client => (string?)client!["id"] == "machine")!["secret"]!;
        var program = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = host.Portal };
        using var form = new FormUrlEncodedContent(
        [
            new("grant_type", "client_credentials"), new("client_id", "machine"), new("client_secret", secret),
            new("scope", "credit.facts.report credit.read"), new("resource", "urn:backbone:api:credit"),
        ]);
        using var token = await program.PostAsync(new Uri("/connect/token", UriKind.Relative), form);
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ReportHost.Json(await token.Content.ReadAsByteArrayAsync()).GetProperty("access_token").GetString());
        return program;
    }

    private static async Task PostAsync(HttpClient program, string line)
    {
        using var content = new StringContent(line, Encoding.UTF8, "application/json");
        using var taken = await program.PostAsync(new Uri("/credit/v1/facts", UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
    }

    /// <summary>The machine's, until it is told to jump: then each look at the running time is so much later than the one before.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        private long jumped;

        public TimeSpan Jump { get; set; }

        public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Add(ref jumped, (long)(Jump.TotalSeconds * TimestampFrequency));
    }
}
