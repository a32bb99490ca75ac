using System.Collections.Immutable;
using System.Globalization;
using Backbone.Credit.Batch;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Packs;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Kernel;
using Backbone.Credit.Scoring.Time;
using Backbone.Platform.Entities;

namespace Backbone.Credit.Tests.Batch;

/// <summary>A folder of segments and scores, of facts that a number gives: the same number, the same facts.</summary>
internal sealed class MadeUpSegments : IDisposable
{
    public static readonly DateOnly Today = new(2026, 11, 28);
    public static readonly FactCatalogue Catalogue = LoadCatalogue.File(LoadCatalogue.BuiltInFile);
    private static readonly LoadedPack Pack = LoadPack.File(Path.Combine(AppContext.BaseDirectory, "credit", "packs", "cn-national.yml"), Catalogue);

    public string Root { get; } = Directory.CreateTempSubdirectory("backbone-segments-").FullName;

    public string Segments => Path.Combine(Root, "segments");

    public string Scores => Path.Combine(Root, "scores");

    public static ScorePlan Plan(DateOnly day, string digest = "digest") => new(CompilePack.For(Pack.Pack!, Catalogue.Types, day, "supervision"), digest);

    public static EntityCode Entity(int number) => EntityCode.Compose("91370100", (10_000_000 + number).ToString(CultureInfo.InvariantCulture));

    /// <summary>Facts of an entity as a writing of it has them.</summary>
    public static FactTable Facts(int entity, int writing)
    {
        var random = new Random(entity * 100_003 + writing);
        return FactTable.Of(Enumerable.Range(0, random.Next(0, 9)).Select(_ =>
        {
            var type = Catalogue.All[random.Next(Catalogue.All.Length)];
            var category = type.Classes.IsEmpty ? SeverityClass.None : type.Classes[random.Next(type.Classes.Length)];
            var decided = Today.AddDays(-random.Next(0, 800));
            var time = Catalogue.TimeOf(type, new(decided, null, null, null), category, Today);
            return new ScoredFact(
                type.Type.Number, category, random.Next(10) == 0 ? FactMarks.Repaired : FactMarks.None, Day.Of(decided), Day.Of(time.From), time.Until is { } until ? Day.Of(until) : Day.Open, random.Next(0, 5));
        }));
    }

    /// <summary>Writes a segment of some entities and takes it in.</summary>
    public static void Write(SegmentFolder folder, IEnumerable<int> entities, int writing, bool whole)
    {
        var (from, to) = LawDays.Around(Catalogue, Today);
        using var writer = new SegmentWriter(folder.Root);
        foreach (var entity in entities.Order())
        {
            writer.Add(Entity(entity).Packed, Facts(entity, writing).Columns, ushort.MaxValue);
        }

        folder.Take(writer.Finish(new(
            SegmentManifest.CurrentFormat, whole, LawDays.Digest(Catalogue), Today, from, to, writing, default, 0, 0, ImmutableSortedDictionary<string, string>.Empty)));
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
