using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Facts;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Storage;
using Backbone.Platform.Entities;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Benchmarks.Credit;

/// <summary>A store of three hundred thousand entities and a million facts, on SQLite: three or four facts each, of some thirty, of a few three hundred.</summary>
internal static class SampleStore
{
    public const int Entities = 300_000;
    private const int Batch = 50_000;

    public static EntityCode Entity(int number) => EntityCode.Compose("91370100", (10_000_000 + number).ToString(CultureInfo.InvariantCulture));

    /// <summary>How many facts an entity has.</summary>
    public static int Facts(int number) => number % 10_000 == 1 ? 300 : number % 1000 == 2 ? 30 : 3 + (number % 3 == 0 ? 1 : 0);

    public static async Task BuildAsync(BackboneFixture backbone, TextWriter progress)
    {
        var clock = Stopwatch.StartNew();
        var random = new SampleNumbers(20261128);
        var drafts = new List<FactDraft>(Batch + 300);
        var written = 0;
        for (var entity = 0; entity < Entities; entity++)
        {
            for (var i = Facts(entity); i > 0; i--)
            {
                drafts.Add(Draft(random, Entity(entity), written + drafts.Count));
            }

            if (drafts.Count >= Batch || entity == Entities - 1)
            {
                await using var scope = backbone.Services.CreateAsyncScope();
                await new StoreFacts(scope.ServiceProvider.GetRequiredService<CreditDb>(), TimeProvider.System).WriteAsync("agency", drafts, CancellationToken.None);
                written += drafts.Count;
                drafts.Clear();
            }
        }

        await progress.WriteLineAsync(FormattableString.Invariant($"{written:N0} facts of {Entities:N0} entities stored in {clock.Elapsed.TotalSeconds:F0} s, which is not measured"));
    }

    private static FactDraft Draft(SampleNumbers random, EntityCode entity, int number)
    {
        var types = SampleSegments.Catalogue.All;
        CatalogueType type = random.Next(2) == 0 ? SampleSegments.Catalogue.Find("penalty")! : types[random.Next(types.Length)];
        var category = type.Classes.IsEmpty ? SeverityClass.None : type.Classes[random.Next(type.Classes.Length)];
        var quantity = type.Measure switch { { Values.IsEmpty: false } => random.Next(type.Measure.Values.Length), { } => random.Next(1, 10_000_000), null => 0 };
        var content = new FactContent(
            type.Type.Number, category, ExclusionReason.None, new(SampleSegments.Today.AddDays(-random.Next(0, 700)), null, null, null), quantity,
            string.Create(CultureInfo.InvariantCulture, $"济市监处罚〔2026〕{number}号"), "济南市市场监督管理局", "食品安全法 第一百二十四条");
        var key = string.Create(CultureInfo.InvariantCulture, $"jn-{number:D8}");
        return new(entity, key, RecordKind.Stated, null, content, null, "", SHA256.HashData(Encoding.UTF8.GetBytes(key)));
    }
}
