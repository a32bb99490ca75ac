using System.Net;
using System.Text.Json;
using Backbone.Credit.Reports;
using Backbone.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Backbone.Credit.Tests.Reports;

/// <summary>A program asks so much in a minute and no more, from wherever; others are answered meanwhile.</summary>
public sealed class QuestionLimitTests : IDisposable
{
    private const string Resource = "urn:backbone:api:credit";

    private readonly DirectoryInfo catalogue = Directory.CreateTempSubdirectory("backbone-askers-");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => catalogue.Delete(recursive: true);

    [Fact]
    public async Task Who_asks_for_too_much_is_told_the_bound_and_when_to_ask_again_and_no_other_program_waits()
    {
        MachineApp.Write(catalogue.FullName, "looping", "credit.read", Resource);
        MachineApp.Write(catalogue.FullName, "patient", "credit.read", Resource);
        await using var backbone = new LimitedHost(catalogue.FullName);
        await ((IAsyncLifetime)backbone).InitializeAsync();
        var code = backbone.NewCode();
        await backbone.ReportAsync(code, ReportHost.Penalty());
        string[] addresses = [$"/credit/v1/entities/{code}/grade{ReportHost.Query()}", $"/credit/v1/entities/{code}/report{ReportHost.Query()}"];
        using (var looping = await AskerAsync(backbone, "looping"))
        using (var patient = await AskerAsync(backbone, "patient"))
        {
            // Of both kinds together, and a refused question counts.
            Assert.Equal(HttpStatusCode.OK, (await ReportHost.GetAsync(looping, addresses[0])).Status);
            Assert.Equal(HttpStatusCode.OK, (await ReportHost.GetAsync(looping, addresses[1])).Status);
            Assert.Equal(HttpStatusCode.BadRequest, (await ReportHost.GetAsync(looping, $"/credit/v1/entities/{code}/grade")).Status);
            for (var again = 0; again < 4; again++)
            {
                using var refused = await looping.GetAsync(new Uri(addresses[again % 2], UriKind.Relative), Cancelled);
                Assert.Equal((HttpStatusCode.TooManyRequests, "application/problem+json"), (refused.StatusCode, refused.Content.Headers.ContentType!.MediaType));
                Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
                Assert.False(refused.Headers.Contains(AskReport.QueryHeader));
                using var problem = JsonDocument.Parse(await refused.Content.ReadAsByteArrayAsync(Cancelled));
                Assert.EndsWith("too-many-requests", problem.RootElement.GetProperty("type").GetString(), StringComparison.Ordinal);
                Assert.Contains("At most 3 questions of one program in a minute", problem.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
                Assert.DoesNotContain("points", problem.RootElement.GetRawText(), StringComparison.Ordinal);
            }

            // A token of the same program is the same program.
            using var anotherToken = await AskerAsync(backbone, "looping");
            Assert.Equal(HttpStatusCode.TooManyRequests, (await ReportHost.GetAsync(anotherToken, addresses[0])).Status);
            Assert.Equal(HttpStatusCode.OK, (await ReportHost.GetAsync(patient, addresses[0])).Status);
        }

        // Who is not let in at all takes no turn of anybody.
        using var stranger = backbone.NewClient();
        Assert.Equal(HttpStatusCode.Unauthorized, (await ReportHost.GetAsync(stranger, addresses[0])).Status);

        var folder = backbone.DataDirectory;
        await backbone.StopAsync();
        Assert.Equal(1, OpenFile.ReadLog(folder).Split("{\"@timestamp\"").Count(one =>
            one.Contains("\"credit-query\"", StringComparison.Ordinal) && one.Contains("\"too_many\"", StringComparison.Ordinal) && one.Contains("\"looping\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_next_minute_begins_a_minute_after_the_first_question_and_tells_of_its_own_first_refusal()
    {
        var clock = new FakeTimeProvider();
        var limit = new QuestionLimit(Options.Create(new CreditOptions { QuestionsPerProgramPerMinute = 2 }), clock);

        Assert.Equal((true, true), (limit.Take("a").IsAdmitted, limit.Take("a").IsAdmitted));
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(new(false, TimeSpan.FromSeconds(40), true), limit.Take("a"));
        Assert.Equal(new(false, TimeSpan.FromSeconds(40), false), limit.Take("a"));
        Assert.True(limit.Take("b").IsAdmitted);

        // Refusals do not put it off.
        clock.Advance(TimeSpan.FromSeconds(39.9));
        Assert.False(limit.Take("a").IsAdmitted);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal((true, true), (limit.Take("a").IsAdmitted, limit.Take("a").IsAdmitted));
        Assert.True(limit.Take("a") is { IsAdmitted: false, IsFirst: true });
    }

    [Fact]
    public async Task Of_many_at_once_no_more_are_admitted_than_may_be()
    {
        var limit = new QuestionLimit(Options.Create(new CreditOptions { QuestionsPerProgramPerMinute = 1_000 }), new FakeTimeProvider());

        var turns = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 500).Select(_ => limit.Take("a")).ToList())));

        Assert.Equal((1_000, 1), (turns.Sum(some => some.Count(turn => turn.IsAdmitted)), turns.Sum(some => some.Count(turn => turn.IsFirst))));
    }

    private Task<HttpClient> AskerAsync(BackboneFixture backbone, string program) =>
        backbone.NewProgramAsync(program, File.ReadAllText(Path.Combine(catalogue.FullName, program + ".secret")), "credit.read", Resource);

    private sealed class LimitedHost(string catalogue) : ReportHost
    {
        protected override void Configure(FixtureSettings settings)
        {
            base.Configure(settings);
            settings.Settings["Backbone:Credit:QuestionsPerProgramPerMinute"] = "3";
            settings.Settings["Backbone:Catalogue"] = catalogue;
        }
    }
}
