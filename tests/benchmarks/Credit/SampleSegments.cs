using System.Diagnostics;
using System.Globalization;
using Backbone.Credit.Batch;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Packs;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Kernel;
using Backbone.Credit.Scoring.Time;
using Backbone.Platform.Entities;
using Microsoft.Extensions.Configuration;
using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Backbone.Benchmarks.Credit;

/// <summary>
/// Segments of made-up facts: a hundred facts for each fifteen entities, from none to twenty-eight, of all types and classes, decided within three
/// and a half years, each used as long as the catalogue says; some disputed, repaired, withdrawn or excluded. <c>BACKBONE_BENCH_ENTITIES</c> makes it smaller than 15 million.
/// </summary>
internal static class SampleSegments
{
    private static readonly int[] FactsOfFifteen = [0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 9, 12, 17, 28];
    private const int Days = 1_280;

    public static readonly DateOnly Today = new(2026, 11, 28);

    public static readonly FactCatalogue Catalogue = LoadCatalogue.File(LoadCatalogue.BuiltInFile);

    public static int Entities { get; } = int.Parse(
        new ConfigurationBuilder().AddEnvironmentVariables("BACKBONE_BENCH_").Build()["ENTITIES"] ?? "15000000", CultureInfo.InvariantCulture);

    public static LoadedPack Pack { get; } = LoadPack.File(Path.Combine(AppContext.BaseDirectory, "credit", "packs", "cn-national.yml"), Catalogue);

    public static ScorePlan Plan(DateOnly day, string purpose) =>
        new(CompilePack.For(Pack.Pack!, Catalogue.Types, day, purpose), Convert.ToHexStringLower(SHA256.HashData(Pack.Bytes.AsSpan())));

    public static async Task BuildAsync(SegmentFolder folder, TextWriter progress)
    {
        var clock = Stopwatch.StartNew();
        var random = new SampleNumbers(20261128);
        var kinds = Kinds();
        var times = Times(kinds);
        var table = new FactTable();
        using (var writer = new SegmentWriter(folder.Root))
        {
            for (var i = 0; i < Entities; i++)
            {
                table.Clear();
                for (var left = FactsOfFifteen[i * 7L % 15]; left > 0; left--)
                {
                    var kind = random.Next(kinds.Length);
                    var age = random.Next(-10, Days - 10);
                    var (type, category) = kinds[kind];
                    var (from, until) = times[kind, age + 10];
                    var marks = random.Next(100) switch { 0 => FactMarks.Disputed, 1 => FactMarks.Repaired, 2 => FactMarks.Withdrawn, 3 => FactMarks.Excluded, _ => FactMarks.None };
                    table.Add(new(type.Type.Number, category, marks, Day.Of(Today.AddDays(-age)), from, until, type.Measure switch
                    {
                        { Values.IsEmpty: false } => random.Next(type.Measure.Values.Length),
                        { } => random.Next(1L, 1L << random.Next(1, 34)),
                        null => 0,
                    }));
                }

                var code = EntityCode.Compose("91370100", (10_000_000 + i).ToString(CultureInfo.InvariantCulture));
                writer.Add(code.Packed, table.Columns, ushort.MaxValue);
            }

            var (lawFrom, lawTo) = LawDays.Around(Catalogue, Today);
            folder.Take(writer.Finish(new(
                SegmentManifest.CurrentFormat, true, LawDays.Digest(Catalogue), Today, lawFrom, lawTo, 1, default, 0, 0, ImmutableSortedDictionary<string, string>.Empty)));
        }

        var segment = folder.Segments[0];
        await progress.WriteLineAsync(FormattableString.Invariant(
            $"{segment.Entities:N0} entities, {segment.Manifest.Facts:N0} facts, {segment.Bytes >> 20} MiB made and on disk in {clock.Elapsed.TotalSeconds:F0} s, which is not measured"));
    }

    /// <summary>Types with their classes; negative matters are less frequent than licences, inspections and yearly grades.</summary>
    private static (CatalogueType Type, SeverityClass Class)[] Kinds() =>
    [
        .. Catalogue.All.SelectMany(type => type.Classes.IsEmpty
            ? Enumerable.Repeat((type, SeverityClass.None), 5)
            : type.Classes.Select(category => (type, category))),
    ];

    private static (Day From, Day Until)[,] Times((CatalogueType Type, SeverityClass Class)[] kinds)
    {
        var times = new (Day, Day)[kinds.Length, Days];
        for (var kind = 0; kind < kinds.Length; kind++)
        {
            for (var at = 0; at < Days; at++)
            {
                var time = Catalogue.TimeOf(kinds[kind].Type, new(Today.AddDays(10 - at), null, null, null), kinds[kind].Class, Today);
                times[kind, at] = (Day.Of(time.From), time.Until is { } until ? Day.Of(until) : Day.Open);
            }
        }

        return times;
    }
}
