using System.Globalization;
using Backbone.Credit.Batch;
using Backbone.Credit.Catalogue;
using Backbone.Credit.PriorNotices;
using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Grading;

/// <summary>What became of a shard in one round.</summary>
internal enum ShardState
{
    /// <summary>No fact is new and no day has begun.</summary>
    UpToDate,

    /// <summary>Another host is at it.</summary>
    Elsewhere,

    /// <summary>Another host had it last and is given the first chance.</summary>
    Left,

    Graded,
}

/// <param name="Entities">Organisations with a score.</param>
/// <param name="Evaluated">Those computed anew.</param>
/// <param name="Changed">Those whose grade is another than before, or the first.</param>
internal sealed record ShardGraded(ShardState State, long Entities = 0, long Evaluated = 0, long Changed = 0);

/// <summary>
/// One shard from facts to grades: segments are fed, the scores that may be others are computed, what changed is kept, and the mark says so. Each step
/// is whole on disk before the next; after a crash at any point the next round compares and goes on.
/// </summary>
/// <param name="root">A folder of this host alone.</param>
internal sealed class GradeShard(IServiceScopeFactory scopes, FactCatalogue catalogue, string root, Guid host, TimeProvider clock)
{
    private readonly HashSet<Shard> examined = [];
    private readonly HashSet<Shard> waited = [];

    /// <param name="shard">Which.</param>
    /// <param name="plan">By what; its day is today.</param>
    /// <param name="cancellation">Leaves everything so that the next round goes on.</param>
    /// <exception cref="GradesLeftException">All was done but for some organisations.</exception>
    public async Task<ShardGraded> RunAsync(Shard shard, ScorePlan plan, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CreditDb>();
        var mark = await MarkAsync(db, shard, cancellation);
        if (!await IsDueAsync(db, shard, mark, plan, cancellation))
        {
            waited.Remove(shard);
            return new(ShardState.UpToDate);
        }

        // What the other host has of it on its disk spares reading everything; when it is gone, it is not waited for twice.
        if (mark is not null && mark.Host != host && waited.Add(shard))
        {
            return new(ShardState.Left);
        }

        await using var lease = await ShardLease.TryTakeAsync(scopes, shard, cancellation);
        if (lease is null)
        {
            return new(ShardState.Elsewhere);
        }

        db.ChangeTracker.Clear();
        mark = await MarkAsync(db, shard, cancellation);
        return await IsDueAsync(db, shard, mark, plan, cancellation) ? await GradeAsync(scope.ServiceProvider, shard, plan, mark, lease, cancellation) : new(ShardState.UpToDate);
    }

    private static Task<GradingMark?> MarkAsync(CreditDb db, Shard shard, CancellationToken cancellation) =>
        db.GradingMarks.SingleOrDefaultAsync(row => row.Shard == shard.Name, cancellation);

    private static async Task<bool> IsDueAsync(CreditDb db, Shard shard, GradingMark? mark, ScorePlan plan, CancellationToken cancellation) =>
        mark is null || mark.Day < plan.Pack.ValidOn || mark.Pack != PackOf(plan) || mark.Known < await new ReadStore(db, Shard.Whole).KnownAsync(cancellation)
        || await EndNotices.AnyDueAsync(db, shard, plan.Pack.ValidOn, cancellation);

    private static string PackOf(ScorePlan plan) => $"{plan.Digest} {plan.Pack.Purpose}";

    /// <summary>The scores of which all grades are in the database.</summary>
    private static GradeReading? ReadingOf(GradingMark? mark) => mark is null ? null : new(mark.Day, mark.Known, mark.Pack.Split(' ')[0]);

    private async Task<ShardGraded> GradeAsync(
        IServiceProvider services, Shard shard, ScorePlan plan, GradingMark? mark, ShardLease lease, CancellationToken cancellation)
    {
        var db = services.GetRequiredService<CreditDb>();
        var folder = Path.Combine(root, shard.Name);
        var scoresRoot = Path.Combine(folder, "scores");

        // Every byte is read once after a start: what a disk changed would be wrong grades.
        var examine = !examined.Contains(shard);
        using var segments = new SegmentFolder(Path.Combine(folder, "segments"), examine);
        using var former = ScoreColumns.Newest(scoresRoot, examine);
        examined.Add(shard);

        // Before anything is read: what comes meanwhile is of the next round.
        var known = await new ReadStore(db, shard).KnownAsync(cancellation);
        await new FeedSegments(segments, catalogue, shard).CatchUpAsync(db, plan.Pack.ValidOn, cancellation);
        var done = new Rescore(segments, plan).Run(scoresRoot, former, Environment.ProcessorCount, cancellation);
        using var scores = new ScoreColumns(scoresRoot, done.Name);
        if (!await lease.HoldsAsync(cancellation))
        {
            throw new IOException($"the lease of shard {shard.Name} was lost while it was scored");
        }

        var isKept = former is not null && mark is not null && mark.Host == host && mark.Scores == former.Name;
        var left = new LeftBehind(db);
        var changed = await new KeepGrades(db, scopes, services.GetRequiredService<HoldGrades>(), plan.Pack, ReadingOf(mark), left, clock)
            .RunAsync(shard, segments, scores, isKept ? done.Changed : null, cancellation);
        changed += await services.GetRequiredService<EndNotices>().RunAsync(shard, plan, segments, scores, left, cancellation);

        // Without the mark the next round compares everything, and finds them again.
        left.ThrowIfAny(shard);
        await MarkAsync(db, shard, plan, done, known, cancellation);
        return new(ShardState.Graded, done.Entities, done.Evaluated, changed);
    }

    private async Task MarkAsync(CreditDb db, Shard shard, ScorePlan plan, Rescored done, long known, CancellationToken cancellation)
    {
        db.ChangeTracker.Clear();
        var mark = await MarkAsync(db, shard, cancellation);
        if (mark is null)
        {
            mark = new GradingMark { Shard = shard.Name, Scores = "", Host = host, Pack = "" };
            db.GradingMarks.Add(mark);
        }

        (mark.Scores, mark.Host, mark.Day, mark.Pack) = (done.Name, host, plan.Pack.ValidOn, PackOf(plan));
        (mark.Known, mark.Entities, mark.At) = (known, done.Entities, clock.GetUtcNow());
        await db.SaveChangesAsync(cancellation);
    }
}
