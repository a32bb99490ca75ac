using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Backbone.Credit.Profiles;
using Backbone.Credit.Storage;
using Backbone.Credit.Tests.Reports;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Tests.Profiles;

public sealed class ReceiveProfilesTests
{
    private const string One = "91370200264574251E";
    private const string Other = "91110108551385082Q";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_line_is_taken_or_refused_by_itself_and_what_is_of_an_earlier_day_changes_nothing(bool postgres)
    {
        await using var backbone = await BackboneFixture.StartAsync(settings => (settings.Demo, settings.Postgres) = (true, postgres));
        using var registry = await RegistryAsync(backbone);

        var first = await SendAsync(
            registry,
            Line(One, "C", "small", "2015-03-01", "2026-03-01"),
            Line("92350100M000100Y40", "C", "small", "2015-03-01", "2026-03-01"),
            Line(Other, "Z", "tiny", "2999-01-01", "2026-03-01"),
            $$"""{"entity":"{{Other}}","asOf":"2026-03-01","legalRepresentative":"李明"}""",
            $$"""{"entity":"{{Other}}","asOf":"2026-03-01"}""",
            $$"""{"entity":"{{Other}}"}""");
        Assert.Equal(["accepted", "refused", "refused", "refused", "accepted", "refused"], first.Select(State));
        Assert.StartsWith("natural-person", Rules(first[1]).Single(), StringComparison.Ordinal);
        Assert.Equal(3, Rules(first[2]).Count);
        Assert.Contains("known fields only", Rules(first[3]).Single(), StringComparison.Ordinal);

        // The same again, an earlier day, then a later one; of two lines in a batch the later day wins wherever it stands.
        Assert.Equal(["known"], (await SendAsync(registry, Line(One, "C", "small", "2015-03-01", "2026-03-01"))).Select(State));
        Assert.Equal(["known"], (await SendAsync(registry, Line(One, "F", "large", "2015-03-01", "2026-02-01"))).Select(State));
        Assert.Equal("C", (await RowAsync(backbone, One)).Section);
        await SendAsync(registry, Line(One, "E", "medium", "2015-03-02", "2026-06-01"), Line(One, "F", "large", "2015-03-01", "2026-05-01"));
        var row = await RowAsync(backbone, One);
        Assert.Equal(("E", EntitySize.Medium, new DateOnly(2015, 3, 2), new DateOnly(2026, 6, 1), "machine"), (row.Section, row.Size, row.Established, row.AsOf, row.Source));
        var empty = await RowAsync(backbone, Other);
        Assert.Equal(("", EntitySize.Unknown, null), (empty.Section, empty.Size, empty.Established));

        // One event for each batch that changed something, without any of its content.
        var folder = backbone.DataDirectory;
        await backbone.StopAsync();
        var log = OpenFile.ReadLog(folder);
        Assert.Equal(2, log.Split("\"profiles-receive\"").Length - 1);
        Assert.DoesNotContain("李明", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_large_batch_is_taken_in_one_answer_and_two_at_once_lose_nothing(bool postgres)
    {
        await using var backbone = await BackboneFixture.StartAsync(settings => (settings.Demo, settings.Postgres) = (true, postgres));
        using var registry = await RegistryAsync(backbone);
        string[] Lines(string section, string asOf) =>
            [.. Enumerable.Range(0, 2_500).Select(number => Line(Statistics.StatisticsHost.Entity("91370100", number).ToString(), section, "micro", "2020-02-29", asOf))];

        var answers = await Task.WhenAll(SendAsync(registry, Lines("G", "2026-01-01")), SendAsync(registry, Lines("H", "2026-01-02").Reverse().ToArray()));

        Assert.All(answers, lines => Assert.Equal(2_500, lines.Count));
        Assert.Equal(["H"], await AskAsync(backbone, db => db.Profiles.Select(row => row.Section).Distinct().ToListAsync(Cancelled)));
        Assert.Equal(2_500, await AskAsync(backbone, db => db.Profiles.CountAsync(Cancelled)));
    }

    [Fact]
    public async Task Whatever_the_registry_says_the_score_has_the_same_bytes()
    {
        await using var host = new ReportHost();
        await ((IAsyncLifetime)host).InitializeAsync();
        var code = host.NewCode();
        await host.ReportAsync(code, ReportHost.Penalty(), ReportHost.EnvironmentalGrade("yellow"));
        using var asker = await host.AskerAsync();
        var path = $"/credit/v1/entities/{code}/report";
        var (_, first) = await ReportHost.GetAsync(asker, path + ReportHost.Query());
        var again = path + ReportHost.Query(more: $"&validOn={ReportHost.Day(0)}&known={Uri.EscapeDataString(ReportHost.Json(first).GetProperty("known").GetString()!)}");
        using var registry = await RegistryAsync(host);
        foreach (var (section, size, established) in new[] { ("A", "micro", ReportHost.Day(10)), ("J", "large", "1949-10-01") })
        {
            Assert.Equal(["accepted"], (await SendAsync(registry, Line(code, section, size, established, ReportHost.Day(0)))).Select(State));
            Assert.Equal(first, (await ReportHost.GetAsync(asker, again)).Body);
        }
    }

    [Theory]
    [InlineData("2025-11-30", "2026-11-29", "0")]
    [InlineData("2025-11-29", "2026-11-29", "1")]
    [InlineData("2024-02-29", "2025-02-28", "1")]
    [InlineData("2023-11-29", "2026-11-29", "2")]
    [InlineData("2021-11-30", "2026-11-29", "2")]
    [InlineData("2006-11-30", "2026-11-29", "4")]
    [InlineData("2006-11-29", "2026-11-29", "5")]
    [InlineData("1900-01-01", "2026-11-29", "5")]
    public void A_year_is_full_on_its_corresponding_day_or_the_last_of_that_month(string established, string day, string group) =>
        Assert.Equal(group, ProfileGroups.AgeOf(DateOnly.ParseExact(established, "O"), DateOnly.ParseExact(day, "O")));

    internal static Task<HttpClient> RegistryAsync(BackboneFixture backbone) => backbone.NewProgramAsync("machine", "credit.profiles.report", "urn:backbone:api:credit");

    internal static string Line(string entity, string section, string size, string established, string asOf) =>
        $$"""{"entity":"{{entity}}","section":"{{section}}","size":"{{size}}","established":"{{established}}","asOf":"{{asOf}}"}""";

    internal static async Task<List<JsonElement>> SendAsync(HttpClient registry, params string[] lines)
    {
        using var content = new StringContent(string.Join('\n', lines), Encoding.UTF8, new MediaTypeHeaderValue("application/x-ndjson"));
        using var answer = await registry.PostAsync(new Uri("/credit/v1/profiles", UriKind.Relative), content, Cancelled);
        var text = await answer.Content.ReadAsStringAsync(Cancelled);
        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.MultiStatus, text);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => ReportHost.Json(Encoding.UTF8.GetBytes(line)))];
    }

    private static string? State(JsonElement line) => line.GetProperty("state").GetString();

    private static List<string> Rules(JsonElement line) => [.. line.GetProperty("violations").EnumerateArray().Select(one => one.GetProperty("rule").GetString()!)];

    private static Task<ProfileRow> RowAsync(BackboneFixture backbone, string entity) => AskAsync(backbone, db => db.Profiles.AsNoTracking().SingleAsync(row => row.Entity == entity, Cancelled));

    private static async Task<T> AskAsync<T>(BackboneFixture backbone, Func<CreditDb, Task<T>> ask)
    {
        await using var scope = backbone.Services.CreateAsyncScope();
        return await ask(scope.ServiceProvider.GetRequiredService<CreditDb>());
    }
}
