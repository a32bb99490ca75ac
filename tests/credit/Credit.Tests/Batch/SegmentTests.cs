using Backbone.Credit.Batch;
using Backbone.Credit.Batch.CrossCheck;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Kernel;

namespace Backbone.Credit.Tests.Batch;

public sealed class SegmentTests : IDisposable
{
    private const int Entities = 10_000;

    private readonly MadeUpSegments made = new();

    [Fact]
    public void What_was_written_is_read_and_of_an_entity_the_newest_holds_also_after_a_merge()
    {
        using var folder = new SegmentFolder(made.Segments, examine: true);
        MadeUpSegments.Write(folder, Enumerable.Range(0, Entities), 1, whole: true);
        MadeUpSegments.Write(folder, [5, 77, Entities + 3], 2, whole: false);
        MadeUpSegments.Write(folder, [77, Entities + 9], 3, whole: false);
        int Writing(int entity) => entity is 77 or Entities + 9 ? 3 : entity is 5 or Entities + 3 ? 2 : 1;

        AssertHolds(folder, Writing);
        MergeSegments.Run(folder);

        Assert.Single(folder.Segments);
        Assert.Equal(3, folder.Known);
        AssertHolds(folder, Writing);
        Assert.Equal((-1, -1), folder.Find(MadeUpSegments.Entity(Entities + 4).Packed));
        Assert.Single(SealedFolder.Names(made.Segments));
    }

    [Fact]
    public void Every_score_of_a_batch_is_the_kernels_own_and_that_of_SQL_whatever_the_threads()
    {
        using var folder = new SegmentFolder(made.Segments, examine: true);
        MadeUpSegments.Write(folder, Enumerable.Range(0, Entities), 1, whole: true);
        MadeUpSegments.Write(folder, [5, 77], 2, whole: false);
        var plan = MadeUpSegments.Plan(MadeUpSegments.Today);

        var done = new Rescore(folder, plan).Run(made.Scores, null, threads: 3, CancellationToken.None);

        Assert.Equal((Entities, Entities), (done.Entities, done.Evaluated));
        using var scores = ScoreColumns.Newest(made.Scores, examine: true)!;
        var kernel = new ScoreKernel(plan.Pack);
        for (var entity = 0; entity < Entities; entity++)
        {
            Assert.Equal(kernel.Evaluate(MadeUpSegments.Facts(entity, entity is 5 or 77 ? 2 : 1).Columns), scores.Find(folder, MadeUpSegments.Entity(entity).Packed));
        }

        Assert.Null(scores.Find(folder, MadeUpSegments.Entity(Entities).Packed));
        var all = new CheckScores(folder, scores, plan, MadeUpSegments.Catalogue.Types).Run(1, 0, CancellationToken.None);
        var sample = new CheckScores(folder, scores, plan, MadeUpSegments.Catalogue.Types).Run(100, 7, CancellationToken.None);
        Assert.Equal((Entities, 0), (all.Compared, all.Differing));
        Assert.Equal((Entities / 100, 0), (sample.Compared, sample.Differing));
    }

    [Fact]
    public void Scores_that_are_not_the_segments_are_found_by_SQL_with_the_entity()
    {
        using var folder = new SegmentFolder(made.Segments, examine: true);
        MadeUpSegments.Write(folder, Enumerable.Range(0, 100), 1, whole: true);
        new Rescore(folder, MadeUpSegments.Plan(MadeUpSegments.Today)).Run(made.Scores, null, 1, CancellationToken.None);
        using var scores = ScoreColumns.Newest(made.Scores, examine: true)!;

        // The same set, asked as if it were of another day: what ended in between is a difference.
        var check = new CheckScores(folder, scores, MadeUpSegments.Plan(MadeUpSegments.Today.AddDays(300)), MadeUpSegments.Catalogue.Types).Run(1, 0, CancellationToken.None);

        Assert.True(check.Differing > 0);
        Assert.Equal(check.Differing, check.Shown.Length);
        Assert.All(check.Shown, difference => Assert.NotEqual(difference.Kept, difference.Sql));
    }

    [Theory]
    [InlineData(SegmentColumns.Entities)]
    [InlineData(SegmentColumns.Starts)]
    [InlineData(SegmentColumns.Type)]
    [InlineData(SegmentColumns.Quantity)]
    [InlineData("manifest.json")]
    public void A_changed_byte_is_found_and_what_is_older_stays(string file)
    {
        string second;
        using (var folder = new SegmentFolder(made.Segments, examine: true))
        {
            MadeUpSegments.Write(folder, Enumerable.Range(0, 100), 1, whole: true);
            MadeUpSegments.Write(folder, Enumerable.Range(50, 10), 2, whole: false);
            MadeUpSegments.Write(folder, Enumerable.Range(55, 10), 3, whole: false);
            second = folder.Segments[1].Name;
        }

        var path = Path.Combine(made.Segments, second, file);
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 4;
        File.WriteAllBytes(path, bytes);
        using var again = new SegmentFolder(made.Segments, examine: true);

        // The third rests on the second: without it the store is asked again from the first on.
        Assert.Equal(1, again.Known);
        Assert.Contains(second, Assert.Single(again.Dropped), StringComparison.Ordinal);
        Assert.Contains(file, again.Dropped[0], StringComparison.Ordinal);
        Assert.Single(SealedFolder.Names(made.Segments));
    }

    [Fact]
    public void A_shorter_file_is_found_without_reading_and_nothing_is_left_without_a_whole_segment()
    {
        using (var folder = new SegmentFolder(made.Segments, examine: true))
        {
            MadeUpSegments.Write(folder, Enumerable.Range(0, 100), 1, whole: true);
            MadeUpSegments.Write(folder, Enumerable.Range(50, 10), 2, whole: false);
            using var file = new FileStream(Path.Combine(made.Segments, folder.Segments[0].Name, SegmentColumns.Decided), FileMode.Open);
            file.SetLength(file.Length - 2);
        }

        using var again = new SegmentFolder(made.Segments, examine: false);

        Assert.Empty(again.Segments);
        Assert.Empty(SealedFolder.Names(made.Segments));
    }

    [Fact]
    public void A_second_process_is_refused_the_folder()
    {
        using var folder = new SegmentFolder(made.Segments, examine: true);

        Assert.Throws<IOException>(() => new SegmentFolder(made.Segments, examine: true));
    }

    [Fact]
    public void Scores_with_a_changed_byte_are_passed_over_and_the_former_hold()
    {
        using var folder = new SegmentFolder(made.Segments, examine: true);
        MadeUpSegments.Write(folder, Enumerable.Range(0, 100), 1, whole: true);
        var first = new Rescore(folder, MadeUpSegments.Plan(MadeUpSegments.Today)).Run(made.Scores, null, 1, CancellationToken.None);
        var second = new Rescore(folder, MadeUpSegments.Plan(MadeUpSegments.Today)).Run(made.Scores, null, 1, CancellationToken.None);
        var path = Path.Combine(made.Scores, second.Name, ScoreColumns.PointsFile);
        var bytes = File.ReadAllBytes(path);
        bytes[200] ^= 1;
        File.WriteAllBytes(path, bytes);

        using var scores = ScoreColumns.Newest(made.Scores, examine: true)!;

        Assert.Equal(first.Name, scores.Name);
    }

    public void Dispose() => made.Dispose();

    private static void AssertHolds(SegmentFolder folder, Func<int, int> writing)
    {
        var block = new FactBlock();
        foreach (var entity in Enumerable.Range(0, Entities).Append(Entities + 3).Append(Entities + 9))
        {
            var (segment, row) = folder.Find(MadeUpSegments.Entity(entity).Packed);
            folder.Segments[segment].Read(row, 1, block);
            var expected = MadeUpSegments.Facts(entity, writing(entity)).Columns;
            var found = block.Of(0);
            Assert.Equal(expected.Type, found.Type);
            Assert.Equal(expected.ClassAndFlags, found.ClassAndFlags);
            Assert.Equal(expected.Decided, found.Decided);
            Assert.Equal(expected.From, found.From);
            Assert.Equal(expected.Until, found.Until);
            Assert.Equal(expected.Quantity, found.Quantity);
        }
    }
}
