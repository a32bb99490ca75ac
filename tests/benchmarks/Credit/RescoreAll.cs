using System.Diagnostics;
using Backbone.Benchmarks.Audit.Index;
using Backbone.Credit.Batch;
using Backbone.Credit.Batch.CrossCheck;

namespace Backbone.Benchmarks.Credit;

/// <summary>
/// <c>credit.rescore</c>: fifteen million entities with a hundred million facts by the built-in national pack, from warm segments to scores that are
/// on disk under their name; the longest of three. Then DuckDB scores every entity again, which is not measured, and all must agree.
/// </summary>
internal sealed class RescoreAll : IFigure
{
    private const int Runs = 3;

    public string Name => "credit.rescore";

    public string Unit => "s";

    public Goal Goal => new(AtLeast: false, 10);

    public async Task<double> MeasureAsync(TextWriter progress)
    {
        var root = Directory.CreateTempSubdirectory("backbone-credit-").FullName;
        try
        {
            using var segments = new SegmentFolder(Path.Combine(root, "segments"), examine: false);
            await SampleSegments.BuildAsync(segments, progress);
            var clock = Stopwatch.StartNew();
            var damaged = segments.Segments[0].Damaged();
            await progress.WriteLineAsync(FormattableString.Invariant($"{damaged.Length} damaged files, every byte read in {clock.Elapsed.TotalSeconds:F1} s"));

            var longest = 0.0;
            var plan = SampleSegments.Plan(SampleSegments.Today, "supervision");
            var folder = Path.Combine(root, "scores");
            for (var run = 0; run <= Runs; run++)
            {
                clock.Restart();
                var done = new Rescore(segments, plan).Run(folder, null, Environment.ProcessorCount, CancellationToken.None);
                var taken = clock.Elapsed.TotalSeconds;
                longest = run == 0 ? 0 : Math.Max(longest, taken);
                await progress.WriteLineAsync(FormattableString.Invariant(
                    $"{(run == 0 ? "not counted: " : "")}{done.Evaluated:N0} entities in {taken:F2} s, {Resident.Now >> 20} MiB resident with what is mapped, {GC.GetTotalMemory(false) >> 20} MiB managed"));
            }

            await CompareAsync(segments, folder, plan, progress);
            await NextDayAsync(segments, folder, progress);
            return longest;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task CompareAsync(SegmentFolder segments, string folder, ScorePlan plan, TextWriter progress)
    {
        using var scores = ScoreColumns.Newest(folder, examine: true)!;
        var grades = new long[plan.Pack.Grades.Length];
        for (var row = 0; row < segments.Segments[0].Entities; row++)
        {
            grades[scores[0, row].Grade]++;
        }

        await progress.WriteLineAsync("grades: " + string.Join(", ", grades.Select((count, i) => FormattableString.Invariant($"{plan.Pack.Grades[i]} {count:N0}"))));
        var clock = Stopwatch.StartNew();
        var check = new CheckScores(segments, scores, plan, SampleSegments.Catalogue.Types).Run(1, 0, CancellationToken.None);
        await progress.WriteLineAsync(FormattableString.Invariant($"DuckDB agrees on {check.Compared - check.Differing:N0} of {check.Compared:N0} entities, in {clock.Elapsed.TotalSeconds:F0} s"));
        foreach (var difference in check.Shown.Take(5))
        {
            await progress.WriteLineAsync($"{difference.Entity}: {difference.Kept} and by SQL {difference.Sql}; {string.Join(", ", difference.Rules)}");
        }

        if (check.Differing > 0 || check.Compared != segments.Segments[0].Entities)
        {
            throw new InvalidOperationException($"{check.Differing} of {check.Compared} entities have another score by SQL");
        }
    }

    /// <summary>The day after, carried over from these: told, without a bound.</summary>
    private static async Task NextDayAsync(SegmentFolder segments, string folder, TextWriter progress)
    {
        using var former = ScoreColumns.Newest(folder, examine: false)!;
        var clock = Stopwatch.StartNew();
        var done = new Rescore(segments, SampleSegments.Plan(SampleSegments.Today.AddDays(1), "supervision")).Run(folder, former, Environment.ProcessorCount, CancellationToken.None);
        await progress.WriteLineAsync(FormattableString.Invariant($"the next day: {done.Evaluated:N0} of {done.Entities:N0} entities were due, {clock.Elapsed.TotalSeconds:F2} s"));
    }
}
