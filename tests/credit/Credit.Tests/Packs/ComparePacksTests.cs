using Backbone.Credit.Batch;
using Backbone.Credit.Commands;
using Backbone.Credit.Packs;
using Backbone.Credit.Packs.Comparing;
using Backbone.Credit.Profiles;
using Backbone.Credit.Scoring.Kernel;
using Backbone.Credit.Storage;
using Backbone.Credit.Tests.Batch;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Tests.Packs;

public sealed class ComparePacksTests : IDisposable
{
    private static readonly string National = File.ReadAllText(PackInForce.BuiltInFile);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("backbone-packs-");

    [Fact]
    public void What_is_other_is_told_in_words_and_nothing_else()
    {
        var after = Written("after", National
            .Replace("version: 1", "version: 2", StringComparison.Ordinal)
            .Replace("    points: -12\n", "    points: -15\n", StringComparison.Ordinal)
            .Replace("{ id: small,", "{ id: little,", StringComparison.Ordinal).Replace("group: small", "group: little", StringComparison.Ordinal));
        using var output = new StringWriter();

        Assert.Equal(0, ComparePacks.Diff(PackInForce.BuiltInFile, after, output));

        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("pack: version was 1, is 2", lines);
        Assert.Contains("rule penalty-general: points (None) was -12, is -15", lines);
        Assert.Contains("rule penalty-minor: group was small, is little", lines);
        Assert.Contains(lines, line => line.StartsWith("group little: new (", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("group small: gone (", StringComparison.Ordinal));
        Assert.Equal("6 changes", lines[^1]);
    }

    [Fact]
    public void Another_way_of_writing_is_no_change()
    {
        using var output = new StringWriter();
        Assert.Equal(0, ComparePacks.Diff(PackInForce.BuiltInFile, Written("same", "# another heading\n" + National), output));
        Assert.Equal("the packs mean the same\n", output.ToString());
    }

    [Fact]
    public void A_pack_that_cannot_be_read_is_said_with_its_faults()
    {
        using var output = new StringWriter();
        Assert.Equal(1, ComparePacks.Diff(PackInForce.BuiltInFile, Written("broken", National.Replace("shape: recency", "shape: magic", StringComparison.Ordinal)), output));
        Assert.Contains("magic", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_moves_is_what_each_organisation_by_itself_shows_beside_the_host_that_has_the_segments()
    {
        const int Entities = 900;
        await using var backbone = await BackboneFixture.StartAsync(settings => settings.Settings["Backbone:Credit:Grading:Minutes"] = "0");
        var impact = backbone.Services.GetRequiredService<TryImpact>();
        using var nothing = new StringWriter();
        Assert.Equal(1, await impact.RunAsync(PackInForce.BuiltInFile, PackInForce.BuiltInFile, "supervision", nothing, Cancelled));
        Assert.Contains("there is no segment", nothing.ToString(), StringComparison.Ordinal);
        await using var scope = backbone.Services.CreateAsyncScope();
        await new StoreProfiles(scope.ServiceProvider.GetRequiredService<CreditDb>(), TimeProvider.System).WriteAsync("registry", [.. Enumerable.Range(0, 100).Select(number =>
            new ProfileDraft(MadeUpSegments.Entity(number), "C", EntitySize.Micro, MadeUpSegments.Today.AddYears(-4), MadeUpSegments.Today))], Cancelled);
        var segments = Path.Combine(backbone.DataDirectory, "credit", "grading", "1-0", "segments");
        using var held = new SegmentFolder(segments, examine: true);
        MadeUpSegments.Write(held, Enumerable.Range(0, Entities), 1, whole: true);
        MadeUpSegments.Write(held, Enumerable.Range(0, 90), 2, whole: false);
        var after = Written("after", National.Replace("    points: -12\n", "    points: -30\n", StringComparison.Ordinal).Replace("floor: -48", "floor: -90", StringComparison.Ordinal));
        using var output = new StringWriter();

        Assert.Equal(0, await impact.RunAsync(PackInForce.BuiltInFile, after, "supervision", output, Cancelled));

        var (one, other) = (KernelOf(PackInForce.BuiltInFile), KernelOf(after));
        var grades = Enumerable.Range(0, Entities).Select(entity => MadeUpSegments.Facts(entity, entity < 90 ? 2 : 1))
            .Select(facts => (one.Evaluate(facts.Columns).Grade, other.Evaluate(facts.Columns).Grade)).ToList();
        foreach (var move in grades.GroupBy(pair => pair))
        {
            Assert.Contains(FormattableString.Invariant($"  {one.Pack.Grades[move.Key.Item1]} -> {other.Pack.Grades[move.Key.Item2]}: {move.Count()}\n"), output.ToString(), StringComparison.Ordinal);
        }

        var worse = grades.Count(pair => pair.Item2 > pair.Item1);
        Assert.True(worse > 0, "nobody moves");
        Assert.Contains(FormattableString.Invariant($"  37: {Entities}, better 0 (0.0 %), worse {worse} ({100.0 * worse / Entities:F1} %)"), output.ToString(), StringComparison.Ordinal);
        Assert.Matches("by section of industry[^\n]*\n  [^\n]*: 800, [^\n]*\n  C [^\n]*: 100, ", output.ToString());
        Assert.Matches("by age\n  [^\n]*: 800, [^\n]*\n  [^\n]*3[^\n]*5[^\n]*: 100, ", output.ToString());
        Assert.Equal(2, held.Segments.Length);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(recursive: true);

    private static ScoreKernel KernelOf(string path) =>
        new(CompilePack.For(LoadPack.File(path, MadeUpSegments.Catalogue).Pack!, MadeUpSegments.Catalogue.Types, MadeUpSegments.Today, "supervision"));

    private string Written(string name, string text)
    {
        var path = Path.Combine(folder.FullName, name + ".yml");
        File.WriteAllText(path, text);
        return path;
    }
}
