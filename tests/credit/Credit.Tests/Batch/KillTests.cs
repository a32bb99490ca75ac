using System.Diagnostics;
using System.Globalization;
using System.Text;
using Backbone.Credit.Batch;
using Backbone.Credit.Scoring.Kernel;

namespace Backbone.Credit.Tests.Batch;

public sealed class KillTests
{
    private const string FolderVariable = "BACKBONE_TEST_SCORE_IN";
    private const int Entities = 4_000;
    private const int Changed = 100;
    private const int Rounds = 2;

    /// <summary>
    /// Runs itself as a second process, which writes changed facts, merges and scores, and says what it has done until it is killed, at another moment
    /// in each round.
    /// </summary>
    [Fact]
    public async Task After_kill_9_the_last_scores_said_to_be_done_or_newer_ones_are_whole_and_each_entity_is_in_them_once()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { } root)
        {
            WorkUntilKilled(Path.Combine(root, "segments"), Path.Combine(root, "scores"));
            return;
        }

        using var made = new MadeUpSegments();
        using (var folder = new SegmentFolder(made.Segments, examine: true))
        {
            MadeUpSegments.Write(folder, Enumerable.Range(0, Entities), 1, whole: true);
            new Rescore(folder, MadeUpSegments.Plan(MadeUpSegments.Today)).Run(made.Scores, null, 2, CancellationToken.None);
        }

        for (var round = 1; round <= Rounds; round++)
        {
            var said = await KillAfterAsync(made.Root, round);
            using var folder = new SegmentFolder(made.Segments, examine: true);
            Assert.Empty(folder.Dropped);
            Assert.True(folder.Known >= said.Known, $"{folder.Known} is before {said.Known}");
            using var scores = ScoreColumns.Newest(made.Scores, examine: true)!;
            Assert.True(string.CompareOrdinal(scores.Name, said.Scores) >= 0);

            // Whole, and of one state of knowledge: what was known when it was made, and nothing of what came after.
            Assert.InRange(scores.Manifest.Known, said.Known, folder.Known);
            var done = new Rescore(folder, MadeUpSegments.Plan(MadeUpSegments.Today)).Run(made.Scores, scores, 2, CancellationToken.None);
            using var now = ScoreColumns.Newest(made.Scores, examine: true)!;
            Assert.Equal((done.Name, (long)Entities), (now.Name, done.Entities));
            AssertScores(folder, now);
        }
    }

    private static void AssertScores(SegmentFolder folder, ScoreColumns scores)
    {
        var kernel = new ScoreKernel(MadeUpSegments.Plan(MadeUpSegments.Today).Pack);
        for (var entity = 0; entity < Entities; entity++)
        {
            Assert.Equal(kernel.Evaluate(MadeUpSegments.Facts(entity, LastWriting(entity, folder.Known)).Columns), scores.Find(folder, MadeUpSegments.Entity(entity).Packed));
        }
    }

    /// <summary>Each writing, from the second on, changes some entities; this is the last up to a time that changed this one.</summary>
    private static int LastWriting(int entity, long known)
    {
        for (var writing = (int)known; writing > 1; writing--)
        {
            if (entity % (Entities / Changed) == writing % (Entities / Changed))
            {
                return writing;
            }
        }

        return 1;
    }

    private static async Task<(long Known, string Scores)> KillAfterAsync(string root, int round)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Backbone.Credit.Tests")) { RedirectStandardOutput = true };
        start.ArgumentList.Add("-method");
        start.ArgumentList.Add($"{typeof(KillTests).FullName}.{nameof(After_kill_9_the_last_scores_said_to_be_done_or_newer_ones_are_whole_and_each_entity_is_in_them_once)}");
        start.Environment[FolderVariable] = root;
        using var child = Process.Start(start)!;
        var (said, steps) = ((Known: 0L, Scores: ""), 0);
        while (await child.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Split(' ') is ["fed" or "scored", var known, var name])
            {
                steps++;
                said = line[0] == 's' ? (long.Parse(known, CultureInfo.InvariantCulture), name) : said;
            }

            // After a feeding it is killed in the middle of a re-score or of a merge, after a re-score in the middle of a feeding.
            if (steps == 12 + round)
            {
                child.Kill();
            }
        }

        await child.WaitForExitAsync();
        Assert.True(said.Known > 0, "the second process did nothing");
        return said;
    }

    private static void WorkUntilKilled(string segments, string scores)
    {
        using var folder = new SegmentFolder(segments, examine: true);
        var output = Console.OpenStandardOutput();
        while (true)
        {
            var writing = (int)folder.Known + 1;
            MadeUpSegments.Write(folder, Enumerable.Range(0, Entities).Where(entity => entity % (Entities / Changed) == writing % (Entities / Changed)), writing, whole: false);
            if (folder.Segments.Length > 4)
            {
                MergeSegments.Run(folder);
            }

            output.Write(Encoding.ASCII.GetBytes($"\nfed {writing} -\n"));
            using var former = ScoreColumns.Newest(scores, examine: false);
            var done = new Rescore(folder, MadeUpSegments.Plan(MadeUpSegments.Today)).Run(scores, former, 2, CancellationToken.None);
            output.Write(Encoding.ASCII.GetBytes($"\nscored {writing} {done.Name}\n"));
        }
    }
}
