using System.Globalization;
using Backbone.Credit.Facts.Daily;
using Backbone.Platform.Web;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Tests.Facts.Daily;

/// <summary>However much one agency leaves, the file of another is taken in the same round, and nothing of the flood is lost.</summary>
public sealed class FloodedFolderTests : IDisposable
{
    private const string Other = "agency-of-one-file";

    private readonly string data = Directory.CreateTempSubdirectory("backbone-daily-").FullName;
    private readonly string flooded = Directory.CreateTempSubdirectory("backbone-agency-").FullName;
    private readonly string other = Directory.CreateTempSubdirectory("backbone-agency-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Directory.Delete(data, recursive: true);
        Directory.Delete(flooded, recursive: true);
        Directory.Delete(other, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_a_flood_of_files_200_are_taken_in_a_round_the_rest_in_the_next_and_no_other_waits(bool postgres)
    {
        const int Flood = (2 * TakeRegularly.MostOfFolder) + 10;
        await using var backbone = await StartAsync(postgres);
        for (var i = 0; i < Flood; i++)
        {
            AgencyFiles.Put(flooded, $"{i:000}.csv", AgencyFiles.File($"第{i}件", 1));
        }

        AgencyFiles.Put(other, "one.csv", AgencyFiles.File("别处", 1));
        var taker = backbone.Services.GetRequiredService<TakeRegularly>();

        await taker.RoundAsync(Cancelled);
        await taker.RoundAsync(Cancelled);

        Assert.Equal((Flood - TakeRegularly.MostOfFolder, 0), (AgencyFiles.NamesIn(flooded).Length, AgencyFiles.NamesIn(other).Length));
        Assert.Equal(["one.csv", "one.csv.report.csv"], AgencyFiles.NamesIn(Path.Combine(other, "done")));
        Assert.Equal(Flood - TakeRegularly.MostOfFolder, backbone.Services.GetRequiredService<DailyProgress>().All.Single(folder => folder.Source == AgencyFiles.Source).Waiting);

        await taker.RoundAsync(Cancelled);
        Assert.Equal(Flood - (2 * TakeRegularly.MostOfFolder), AgencyFiles.NamesIn(flooded).Length);

        await taker.RoundAsync(Cancelled);
        Assert.Empty(AgencyFiles.NamesIn(flooded));
        Assert.Empty(AgencyFiles.NamesIn(Path.Combine(flooded, "taken")));
        Assert.Equal(2 * Flood, AgencyFiles.NamesIn(Path.Combine(flooded, "done")).Length);
        Assert.Equal(
            Enumerable.Range(0, Flood).Select(i => string.Create(CultureInfo.InvariantCulture, $"第{i}件〔2026〕1号")).Order(StringComparer.Ordinal),
            (await AgencyFiles.DocumentsAsync(backbone)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Files_that_take_long_end_their_folders_turn_and_are_taken_in_the_next()
    {
        await using var backbone = await StartAsync(postgres: false);
        for (var i = 0; i < 5; i++)
        {
            AgencyFiles.Put(flooded, $"{i}.csv", AgencyFiles.File($"第{i}件", 1));
        }

        AgencyFiles.Put(other, "one.csv", AgencyFiles.File("别处", 1));
        var services = backbone.Services;
        using var taker = new TakeRegularly(
            services.GetRequiredService<IServiceScopeFactory>(), services.GetRequiredService<TakeFile>(), services.GetRequiredService<DailyProgress>(),
            services.GetRequiredService<BackboneOptions>(), services.GetRequiredService<IOptions<DailyOptions>>(), new HurriedClock(),
            services.GetRequiredService<ILogger<CreditModule>>());

        await taker.RoundAsync(Cancelled);
        await taker.RoundAsync(Cancelled);

        Assert.Equal((3, 0), (AgencyFiles.NamesIn(flooded).Length, AgencyFiles.NamesIn(other).Length));
        await taker.RoundAsync(Cancelled);
        await taker.RoundAsync(Cancelled);
        Assert.Empty(AgencyFiles.NamesIn(flooded));
        Assert.Equal(5, (await AgencyFiles.DocumentsAsync(backbone)).Count);
    }

    private Task<BackboneFixture> StartAsync(bool postgres) => AgencyFiles.StartAsync(data, flooded, settings =>
    {
        settings.Postgres = postgres;
        settings.Settings["Backbone:Credit:DailyFiles:Agencies:1:Folder"] = other;
        settings.Settings["Backbone:Credit:DailyFiles:Agencies:1:Source"] = Other;
    });

    /// <summary>Half of a folder's turn is over whenever one looks.</summary>
    private sealed class HurriedClock : TimeProvider
    {
        private long looks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Increment(ref looks) * (TakeRegularly.LongestOfFolder.Ticks / 2);
    }
}
