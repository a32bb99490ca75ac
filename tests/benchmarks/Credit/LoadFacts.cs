using System.Diagnostics;
using System.Globalization;
using System.Text;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Facts;
using Backbone.Credit.Storage;
using Backbone.Platform.Entities;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Benchmarks.Credit;

/// <summary>
/// One million facts of three hundred thousand entities, as JSON, in batches of fifty thousand: read, checked, hashed and on disk. One batch is read while
/// the one before it is stored, as two uploads at once are. With PostgreSQL the server named by <c>BACKBONE_TEST_POSTGRES</c>, which shares the machine.
/// </summary>
internal sealed class LoadFacts(bool postgres) : IFigure
{
    private const int Facts = 1_000_000;
    private const int Batch = 50_000;
    private const int Entities = 300_000;

    public string Name => postgres ? "credit.load-postgres" : "credit.load-sqlite";

    public string Unit => "s for 1,000,000 facts";

    public Goal Goal => new(AtLeast: false, postgres ? 30 : 60);

    public async Task<double> MeasureAsync(TextWriter progress)
    {
        await using var backbone = await BackboneFixture.StartAsync(settings => settings.Postgres = postgres);
        var catalogue = LoadCatalogue.File(LoadCatalogue.BuiltInFile);
        var today = new DateOnly(2026, 11, 28);
        var clock = Stopwatch.StartNew();
        var writing = 0.0;
        var next = Task.Run(() => Read(0));
        for (var first = 0; first < Facts; first += Batch)
        {
            var drafts = await next;
            var following = first + Batch;
            next = following < Facts ? Task.Run(() => Read(following)) : next;
            var before = clock.Elapsed.TotalSeconds;
            await using var scope = backbone.Services.CreateAsyncScope();
            var stored = await new StoreFacts(scope.ServiceProvider.GetRequiredService<CreditDb>(), TimeProvider.System).WriteAsync("agency", drafts, CancellationToken.None);
            if (stored.Any(fact => fact.State != StoredState.Accepted))
            {
                throw new InvalidOperationException("a fact was not taken");
            }

            writing += clock.Elapsed.TotalSeconds - before;
            if (first % 200_000 == 0)
            {
                await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{first + Batch:N0} after {clock.Elapsed.TotalSeconds:F1} s"));
            }
        }

        await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"of {clock.Elapsed.TotalSeconds:F1} s the database took {writing:F1} s"));
        return clock.Elapsed.TotalSeconds;

        List<FactDraft> Read(int first) =>
            [.. Enumerable.Range(first, Batch).Select(i => ReadDraft.Read(Sample(i), catalogue, today).Draft ?? throw new InvalidOperationException("the sample is no fact"))];
    }

    private static byte[] Sample(int number)
    {
        var entity = EntityCode.Compose("91370100", (10_000_000 + number * 7_919L % Entities).ToString(CultureInfo.InvariantCulture));
        var day = new DateOnly(2024, 1, 1).AddDays(number % 1000);
        return Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            {"key":"jn-{{number}}","entity":"{{entity}}","type":"penalty","class":"{{(number % 20 == 0 ? "serious" : "general")}}","amount":{{number % 90_000}}.50,"document":"济市监处罚〔2026〕{{number}}号","authority":"济南市市场监督管理局","basis":"食品安全法 第一百二十四条","decided":"{{day:O}}"}
            """));
    }
}
