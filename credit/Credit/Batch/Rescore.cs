using System.Collections.Concurrent;
using System.Collections.Immutable;
using Backbone.Credit.Scoring.Kernel;
using Backbone.Credit.Scoring.Time;

namespace Backbone.Credit.Batch;

/// <summary>What a re-score did.</summary>
/// <param name="Name">The set's name.</param>
/// <param name="Entities">Entities that have a score.</param>
/// <param name="Evaluated">Entities the kernel was asked for; the others' scores were carried over.</param>
/// <param name="Changed">Of each segment the rows whose score is another than in the former set, or null where that set tells of none of its rows.</param>
internal sealed record Rescored(string Name, long Entities, long Evaluated, ImmutableArray<IReadOnlyList<int>?> Changed);

/// <summary>
/// Scores all entities: threads take blocks of rows, each with a kernel and memory of its own. With a former set of the same pack only those are
/// evaluated that have new facts or whose next change has come. The new set stands beside the former until it is whole and on disk.
/// </summary>
internal sealed class Rescore(SegmentFolder segments, ScorePlan plan)
{
    private const int BlockRows = 4096;

    /// <summary>Rows of a block that are due, beyond which the whole block is read.</summary>
    private const int FewRows = BlockRows / 16;

    /// <summary>The newest and the one before it, which readers may still hold and which stands in when the newest is damaged.</summary>
    private const int KeptSets = 2;

    /// <param name="root">The folder of this pack's and purpose's sets.</param>
    /// <param name="former">A set to carry scores over from, or null.</param>
    /// <param name="threads">At least 1.</param>
    /// <exception cref="InvalidOperationException">The segments do not serve the day; they are to be fed for it first.</exception>
    public Rescored Run(string root, ScoreColumns? former, int threads, CancellationToken cancellation)
    {
        if (segments.Segments.FirstOrDefault(segment => !segment.Manifest.Serves(plan.Pack.ValidOn)) is { } other)
        {
            throw new InvalidOperationException($"segment {other.Name} was fed for {other.Manifest.FedFor:O} and does not serve {plan.Pack.ValidOn:O}");
        }

        Directory.CreateDirectory(root);
        var aside = SealedFolder.Begin(root);
        using var points = new ColumnWriter<int>(Path.Combine(aside, ScoreColumns.PointsFile));
        using var grade = new ColumnWriter<byte>(Path.Combine(aside, ScoreColumns.GradeFile));
        using var next = new ColumnWriter<ushort>(Path.Combine(aside, ScoreColumns.NextFile));
        var (entities, evaluated) = (0L, 0L);
        var changed = ImmutableArray.CreateBuilder<IReadOnlyList<int>?>(segments.Segments.Length);
        for (var i = 0; i < segments.Segments.Length; i++)
        {
            var run = new SegmentRun(segments, i, plan, Carries(former, i));
            run.Work(threads, cancellation);
            points.Append(run.Points);
            grade.Append(run.Grade);
            next.Append(run.Next);
            (entities, evaluated) = (entities + run.Entities, evaluated + run.Evaluated);
            changed.Add(run.Changed);
        }

        var pack = plan.Pack.Pack;
        var digests = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal,
        [
            KeyValuePair.Create(ScoreColumns.PointsFile, points.Close()),
            KeyValuePair.Create(ScoreColumns.GradeFile, grade.Close()),
            KeyValuePair.Create(ScoreColumns.NextFile, next.Close()),
        ]);
        var name = SealedFolder.Finish(root, new ScoreManifest(
            ScoreManifest.CurrentFormat, pack.Id, pack.Version, plan.Digest, plan.Pack.Purpose, plan.Pack.ValidOn, segments.Known,
            [.. segments.Segments.Select(segment => new ScoredSegment(segment.Name, segment.Entities))], digests), ManifestJson.Default.ScoreManifest);
        foreach (var old in SealedFolder.Names(root).SkipLast(KeptSets).ToList())
        {
            SealedFolder.Delete(root, old);
        }

        return new(name, entities, evaluated, changed.MoveToImmutable());
    }

    /// <summary>Where a segment's scores stand in a former set, when they may be carried over.</summary>
    private (ScoreColumns Scores, int Segment)? Carries(ScoreColumns? former, int segment)
    {
        if (former is null || former.Manifest.PackDigest != plan.Digest || former.Manifest.Purpose != plan.Pack.Purpose
            || former.Manifest.ValidOn > plan.Pack.ValidOn || !plan.HasSameNumbersSince(former.Manifest.ValidOn))
        {
            return null;
        }

        var name = segments.Segments[segment].Name;
        var at = former.Manifest.Segments.Select(known => known.Name).ToList().IndexOf(name);
        return at < 0 ? null : (former, at);
    }

    /// <summary>One segment's part of it.</summary>
    private sealed class SegmentRun(SegmentFolder segments, int index, ScorePlan plan, (ScoreColumns Scores, int Segment)? former)
    {
        private readonly Segment segment = segments.Segments[index];
        private readonly int[] points = new int[segments.Segments[index].Entities];
        private readonly byte[] grade = new byte[segments.Segments[index].Entities];
        private readonly ushort[] next = new ushort[segments.Segments[index].Entities];
        private readonly ConcurrentBag<List<int>>? changed = former is null ? null : [];
        private int taken;
        private long entities;
        private long evaluated;

        public ReadOnlySpan<int> Points => points;

        public ReadOnlySpan<byte> Grade => grade;

        public ReadOnlySpan<ushort> Next => next;

        public long Entities => entities;

        public long Evaluated => evaluated;

        public IReadOnlyList<int>? Changed => changed?.SelectMany(rows => rows).Order().ToList();

        public void Work(int threads, CancellationToken cancellation) => Task.WaitAll(
            [.. Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(() => TakeBlocks(cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default))],
            CancellationToken.None);

        private void TakeBlocks(CancellationToken cancellation)
        {
            var kernel = new ScoreKernel(plan.Pack);
            var block = new FactBlock();
            var until = new ushort[BlockRows];
            var others = new List<int>();
            var (live, asked) = (0L, 0L);
            while (Interlocked.Add(ref taken, BlockRows) - BlockRows is var first && first >= 0 && first < segment.Entities)
            {
                cancellation.ThrowIfCancellationRequested();
                var count = Math.Min(BlockRows, segment.Entities - first);
                segment.ReadHoldsUntil(first, until.AsSpan(0, count));
                live += Carry(first, count, until);
                asked += EvaluateDue(kernel, block, first, count, until, others);
            }

            changed?.Add(others);
            Interlocked.Add(ref entities, live);
            Interlocked.Add(ref evaluated, asked);
        }

        /// <summary>Fills the block's rows from the former set, or marks all as due: a next change of 0 has come.</summary>
        /// <returns>How many rows hold for their entities.</returns>
        private int Carry(int first, int count, ReadOnlySpan<ushort> until)
        {
            former?.Scores.Read(former.Value.Segment, first, points.AsSpan(first, count), grade.AsSpan(first, count), next.AsSpan(first, count));
            var today = Day.Of(plan.Pack.ValidOn).Number;
            var live = 0;
            for (var row = first; row < first + count; row++)
            {
                if (segments.IsOverridden(index, row))
                {
                    (points[row], grade[row], next[row]) = (0, ScoreColumns.Elsewhere, ushort.MaxValue);
                    continue;
                }

                if (until[row - first] <= today)
                {
                    throw new InvalidOperationException($"segment {segment.Name}: a mark of the entity at row {row} changed since it was read; the segments are to be fed for {plan.Pack.ValidOn:O} first");
                }

                if (grade[row] == ScoreColumns.Elsewhere)
                {
                    // The newer segment that had it in the former set is gone.
                    (grade[row], next[row]) = (0, 0);
                }

                live++;
            }

            return live;
        }

        /// <returns>How many rows the kernel was asked for.</returns>
        private int EvaluateDue(ScoreKernel kernel, FactBlock block, int first, int count, ReadOnlySpan<ushort> until, List<int> others)
        {
            var today = Day.Of(plan.Pack.ValidOn).Number;
            var due = 0;
            foreach (var day in next.AsSpan(first, count))
            {
                due += day <= today ? 1 : 0;
            }

            if (due > FewRows)
            {
                segment.Read(first, count, block);
            }

            for (var row = first; due > 0 && row < first + count; row++)
            {
                if (next[row] > today)
                {
                    continue;
                }

                if (due <= FewRows)
                {
                    segment.Read(row, 1, block);
                }

                var score = kernel.Evaluate(block.Of(due > FewRows ? row - first : 0));
                if (former is not null && (next[row] == 0 || score.Points != points[row] || score.Grade != grade[row]))
                {
                    others.Add(row);
                }

                (points[row], grade[row], next[row]) = (score.Points, score.Grade, Math.Min(score.NextChange, until[row - first]));
            }

            return due;
        }
    }
}
