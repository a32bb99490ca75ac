using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Backbone.Credit.Facts;
using Backbone.Credit.Grading;
using Backbone.Credit.PriorNotices;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Storage;
using Backbone.Credit.Tests.Batch;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Tests.Grading;

public sealed class KilledHostTests
{
    private const string FolderVariable = "BACKBONE_TEST_GRADES_IN";
    private const int Entities = 300;
    private const int Rounds = 2;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>
    /// Runs itself as a second process: a whole host that takes facts and brings grades up to date, and says what it has done until it is killed, each time
    /// at another moment. What was said to be taken is there once, and so are the grades, their history, the notices before them and an event for each change.
    /// </summary>
    [Fact]
    public async Task After_kill_9_during_uploads_and_re_scores_nothing_is_lost_and_nothing_is_counted_twice()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { } data)
        {
            await WorkUntilKilledAsync(data);
            return;
        }

        var folder = Directory.CreateTempSubdirectory("backbone-killed-");
        try
        {
            var said = new HashSet<string>(StringComparer.Ordinal);
            for (var round = 0; round < Rounds; round++)
            {
                said.UnionWith(await KillAsync(folder.FullName, round));
                await using var backbone = await StartAsync(folder.FullName);
                var keys = await AskAsync(backbone, db => db.Facts.Select(fact => fact.SourceKey).ToListAsync(Cancelled));
                Assert.Equal(keys.Count, keys.Distinct(StringComparer.Ordinal).Count());
                Assert.Empty(said.Except(keys, StringComparer.Ordinal));

                // The first makes whole what was cut off; the second publishes of what the first gave notice of: how much came so far before the kill is chance.
                await backbone.Services.GetRequiredService<GradeRegularly>().RoundAsync(Cancelled);
                await HalfOfTheNoticesHaveHadTheirTimeAsync(backbone);
                await backbone.Services.GetRequiredService<GradeRegularly>().RoundAsync(Cancelled);
                await GradingTests.GradesAreRightAsync(backbone, TimeProvider.System);
                await GradingTests.HistoryIsWholeAsync(backbone);
                await EventsAreWholeAsync(backbone, folder.FullName);
            }

            Assert.True(said.Count > 0, "the second process took nothing");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<BackboneFixture> StartAsync(string data) => BackboneFixture.StartAsync(settings =>
    {
        settings.DataDirectory = data;
        settings.Settings["Backbone:Credit:Grading:Minutes"] = "0";
    });

    private static async Task<T> AskAsync<T>(BackboneFixture backbone, Func<CreditDb, Task<T>> ask)
    {
        await using var scope = backbone.Services.CreateAsyncScope();
        return await ask(scope.ServiceProvider.GetRequiredService<CreditDb>());
    }

    /// <summary>As many events of changes and notices in the log as there are of them: a host that stops carries all that waits.</summary>
    private static async Task EventsAreWholeAsync(BackboneFixture backbone, string data)
    {
        var changes = await AskAsync(backbone, db => db.GradeChanges.CountAsync(change => change.Before != null, Cancelled));
        var notices = await AskAsync(backbone, db => db.PriorNotices.AsNoTracking().ToListAsync(Cancelled));
        var steps = await AskAsync(backbone, db => db.CaseSteps.AsNoTracking().Select(step => step.Act).ToListAsync(Cancelled));
        await backbone.StopAsync();
        var log = OpenFile.ReadLog(data);
        Assert.Equal(changes, Logged("grade-change"));
        Assert.Contains(notices, notice => notice.State == NoticeState.Published);
        Assert.All(notices.Where(notice => notice.IsOpen).GroupBy(notice => notice.Entity), open => Assert.Single(open));
        foreach (var (action, many) in new[]
        {
            ("prior-notice-give", notices.Count), ("prior-notice-publish", notices.Count(notice => notice.State == NoticeState.Published)),
            ("prior-notice-end", notices.Count(notice => notice.State == NoticeState.Ended)), ("prior-notice-replace", notices.Count(notice => notice.State == NoticeState.Replaced)),
        })
        {
            Assert.Equal((many, many), (Logged(action), steps.Count(act => act == action)));
        }

        int Logged(string action) => log.Split($"\"{action}\"").Length - 1;
    }

    private static async Task<List<string>> KillAsync(string data, int round)
    {
        var start = new System.Diagnostics.ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Backbone.Credit.Tests")) { RedirectStandardOutput = true };
        start.ArgumentList.Add("-method");
        start.ArgumentList.Add($"{typeof(KilledHostTests).FullName}.{nameof(After_kill_9_during_uploads_and_re_scores_nothing_is_lost_and_nothing_is_counted_twice)}");
        start.Environment[FolderVariable] = data;
        using var child = System.Diagnostics.Process.Start(start)!;
        var (said, steps) = (new List<string>(), 0);
        while (await child.StandardOutput.ReadLineAsync(Cancelled) is { } line)
        {
            if (line.Split(' ') is ["took" or "began", ..] words)
            {
                said.AddRange(words[0] == "took" ? words[1..] : []);

                // At another number of uploads each time, and some milliseconds into what comes next.
                if (++steps == 4 + round * 3)
                {
                    await Task.Delay(round * 7, Cancelled);
                    child.Kill();
                }
            }
        }

        await child.WaitForExitAsync(Cancelled);
        return said;
    }

    private static async Task WorkUntilKilledAsync(string data)
    {
        await using var backbone = await StartAsync(data);
        var random = new Random(Environment.ProcessId);
        var output = Console.OpenStandardOutput();
        var first = await AskAsync(backbone, db => db.Facts.CountAsync());
        for (var upload = 0; ; upload++)
        {
            var drafts = Enumerable.Range(0, 40).Select(i => Draft(random, string.Create(CultureInfo.InvariantCulture, $"{first}-{upload}-{i}"))).ToList();
            await HalfOfTheNoticesHaveHadTheirTimeAsync(backbone);
            Say("began");
            var grading = backbone.Services.GetRequiredService<GradeRegularly>().RoundAsync(CancellationToken.None);
            await AskAsync(backbone, db => new StoreFacts(db, TimeProvider.System).WriteAsync("agency", drafts, CancellationToken.None));
            Say("took " + string.Join(' ', drafts.Select(draft => draft.Key)));
            await grading;
        }

        void Say(string words) => output.Write(Encoding.ASCII.GetBytes($"\n{words}\n"));
    }

    private static Task<int> HalfOfTheNoticesHaveHadTheirTimeAsync(BackboneFixture backbone) => AskAsync(
        backbone,
        db => db.PriorNotices.Where(notice => notice.State == NoticeState.Open && notice.Points % 2 == 0)
            .ExecuteUpdateAsync(set => set.SetProperty(notice => notice.EndsOn, ChinaDay.Today(TimeProvider.System)), Cancelled));

    private static FactDraft Draft(Random random, string key)
    {
        var today = ChinaDay.Today(TimeProvider.System);
        var type = MadeUpSegments.Catalogue.All[random.Next(MadeUpSegments.Catalogue.All.Length)];
        var category = type.Classes.IsEmpty ? SeverityClass.None : type.Classes[random.Next(type.Classes.Length)];
        var content = new FactContent(
            type.Type.Number, category, ExclusionReason.None, new(today.AddDays(-random.Next(0, 300)), null, null, null), random.Next(0, 5), "document", "authority", "basis");
        return new(MadeUpSegments.Entity(random.Next(Entities)), key, RecordKind.Stated, null, content, null, "", SHA256.HashData(Encoding.UTF8.GetBytes(key)));
    }
}
