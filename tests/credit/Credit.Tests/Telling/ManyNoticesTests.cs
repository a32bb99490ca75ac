using System.Globalization;
using Backbone.Credit.Facts;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Telling;
using Backbone.Credit.Tests.Batch;
using Backbone.Platform.Entities;
using Backbone.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Backbone.Credit.Tests.Telling;

/// <summary>However many facts end at once, nobody else waits long for it; and what fails of one record keeps back no other.</summary>
public sealed class ManyNoticesTests
{
    private static readonly EntityCode Entity = MadeUpSegments.Entity(7);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Thousands_of_facts_of_one_organisation_are_read_once_and_noticed_some_hundred_at_a_time_while_others_write(bool postgres)
    {
        const int Facts = 2_000;
        var watched = new WatchedNotices();
        await using var backbone = await StartAsync(postgres, watched);
        await StateAsync(backbone, Entity, Facts);
        await AskAsync(backbone, "one", "report", "grade");
        await EndAsync(backbone, Entity, Facts);

        List<int> written = [0];
        var (count, reads, _) = await watched.RunAsync(() => RecipientsOf(backbone).RunAsync(TimeSpan.Zero, Cancelled), async () =>
        {
            written.Add(await backbone.AskAsync(db => db.Notices.CountAsync(Cancelled)));
            await StateAsync(backbone, MadeUpSegments.Entity(100 + written.Count), 1);
        });

        Assert.Equal(Facts, count);
        Assert.All(written.Zip(written.Skip(1)), step => Assert.InRange(step.Second - step.First, 0, NoticeRecipients.AtOnce));
        Assert.InRange(reads, 1, 4);
        var notices = await backbone.AskAsync(db => db.Notices.AsNoTracking().ToListAsync(Cancelled));
        Assert.Equal((Facts, Facts), (notices.Count, notices.Select(one => one.Record).Distinct().Count()));
        Assert.All(notices, one => Assert.True(one.Named && one.Client == "one" && one.Entity == Entity.ToString()));
        Assert.Equal(0, await RecipientsOf(backbone).RunAsync(TimeSpan.Zero, Cancelled));
    }

    /// <summary>At the worst time: when the first has written a part of them, the second begins and ends.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_that_notice_the_same_at_once_each_writes_what_the_other_has_not(bool postgres)
    {
        const int Facts = 500;
        var watched = new WatchedNotices();
        await using var backbone = await StartAsync(postgres, watched);
        await StateAsync(backbone, Entity, Facts);
        await AskAsync(backbone, "one", "report");
        await EndAsync(backbone, Entity, Facts);

        var (second, begun) = (0, false);
        var (first, _, _) = await watched.RunAsync(() => RecipientsOf(backbone).RunAsync(TimeSpan.Zero, Cancelled), async () =>
        {
            if (!begun)
            {
                begun = true;
                second = await RecipientsOf(backbone).RunAsync(TimeSpan.Zero, Cancelled);
            }
        });

        Assert.Equal((NoticeRecipients.AtOnce, Facts - NoticeRecipients.AtOnce), (first, second));
        Assert.Equal((Facts, 1), await LeftAsync(backbone));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_an_end_in_between_the_rest_is_noticed_and_nobody_twice(bool postgres)
    {
        const int Facts = 500;
        var watched = new WatchedNotices();
        await using var backbone = await StartAsync(postgres, watched);
        await StateAsync(backbone, Entity, Facts);
        await AskAsync(backbone, "one", "report");
        await EndAsync(backbone, Entity, Facts);

        using var ending = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watched.RunAsync(() => RecipientsOf(backbone).RunAsync(TimeSpan.Zero, ending.Token), ending.CancelAsync));
        Assert.Equal((NoticeRecipients.AtOnce, 1), await LeftAsync(backbone));

        Assert.Equal(Facts - NoticeRecipients.AtOnce, await RecipientsOf(backbone).RunAsync(TimeSpan.Zero, Cancelled));
        var notices = await backbone.AskAsync(db => db.Notices.AsNoTracking().ToListAsync(Cancelled));
        Assert.Equal((Facts, Facts), (notices.Count, notices.Select(one => one.Record).Distinct().Count()));
    }

    /// <summary>Two of the store's times, and a fact stated between two questions: each program hears of what it was told, and by the last answer of its day.</summary>
    [Fact]
    public async Task Who_asked_between_two_facts_is_noticed_of_the_first_alone()
    {
        await using var backbone = await StartAsync(postgres: false);
        await StateAsync(backbone, Entity, 1);
        await AskAsync(backbone, "early", "report");
        await AskAsync(backbone, "both", "report");
        await StateAsync(backbone, Entity, 2, first: 1);
        await AskAsync(backbone, "both", "grade");
        await EndAsync(backbone, Entity, 2);
        await AskAsync(backbone, "late", "report");
        await EndAsync(backbone, Entity, 1, first: 2);

        Assert.Equal(5, await RecipientsOf(backbone).RunAsync(TimeSpan.Zero, Cancelled));
        var keys = await backbone.AskAsync(db => db.Facts.AsNoTracking().ToDictionaryAsync(one => one.Id, one => one.SourceKey, Cancelled));
        var notices = await backbone.AskAsync(db => db.Notices.AsNoTracking().ToListAsync(Cancelled));
        Assert.Equal(
            ["both k-0 True", "both k-1 False", "both k-2 False", "early k-0 True", "late k-2 True"],
            notices.Select(one => $"{one.Client} {keys[one.Fact]} {one.Named}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_no_program_asked_within_reach_nothing_of_the_organisation_is_read(bool postgres)
    {
        var watched = new WatchedNotices();
        await using var backbone = await StartAsync(postgres, watched);
        await StateAsync(backbone, Entity, 3);
        await AskAsync(backbone, "long-ago", "report");
        await backbone.AskAsync(db => db.Queries.ExecuteUpdateAsync(set => set.SetProperty(one => one.At, TimeProvider.System.GetUtcNow().AddDays(-366)), Cancelled));
        await AskAsync(backbone, "console", "desk");
        await EndAsync(backbone, Entity, 3);

        // The records that end facts are looked for, and then no more.
        Assert.Equal((0, 1, 1), await watched.RunAsync(() => RecipientsOf(backbone).RunAsync(TimeSpan.Zero, Cancelled)));
        Assert.False(await backbone.AskAsync(db => db.Notices.AnyAsync(Cancelled)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_record_that_cannot_be_looked_at_is_set_aside_and_noticed_when_it_can(bool postgres)
    {
        await using var backbone = await StartAsync(postgres);
        await StateAsync(backbone, Entity, 3);
        await AskAsync(backbone, "one", "report");
        await EndAsync(backbone, Entity, 3);
        await DecidedAsync(new(9999, 12, 30));

        Assert.Equal(2, await RecipientsOf(backbone).RunAsync(TimeSpan.Zero, Cancelled));
        Assert.Equal(0, await RecipientsOf(backbone).RunAsync(TimeSpan.Zero, Cancelled));
        Assert.Equal(0, await RecipientsOf(backbone).TryAgainAsync(Cancelled));

        await DecidedAsync(ChinaDay.Today(TimeProvider.System).AddDays(-1));
        Assert.Equal(1, await RecipientsOf(backbone).TryAgainAsync(Cancelled));
        Assert.Equal(0, await RecipientsOf(backbone).TryAgainAsync(Cancelled));
        Assert.Equal((3, 1), await LeftAsync(backbone));

        Task DecidedAsync(DateOnly on) => backbone.AskAsync(db => db.Facts.Where(one => one.SourceKey == "k-1")
            .ExecuteUpdateAsync(set => set.SetProperty(one => one.Decided, on), Cancelled));
    }

    /// <summary>By the program's address, which is none; and by the database.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_notice_that_cannot_be_written_keeps_back_no_other_and_is_written_when_it_can(bool postgres, bool byDatabase)
    {
        await using var backbone = await StartAsync(postgres);
        await StateAsync(backbone, Entity, 3);
        await AskAsync(backbone, "one", "report");
        await AskAsync(backbone, "two", "report");
        await EndAsync(backbone, Entity, 3);
        var (refuse, allow) = (byDatabase, postgres) switch
        {
            (true, true) => ("ALTER TABLE credit.notices ADD CONSTRAINT planted CHECK (\"Client\" <> 'two')", "ALTER TABLE credit.notices DROP CONSTRAINT planted"),
            (true, false) => (
                "CREATE TRIGGER planted BEFORE INSERT ON notices WHEN NEW.\"Client\" = 'two' BEGIN SELECT RAISE(ABORT, 'planted'); END", "DROP TRIGGER planted"),
            (false, true) => (
                "INSERT INTO credit.webhook_secrets (\"Client\", \"Sealed\", \"NoticeTarget\", \"Version\") VALUES ('two', '\\x00', 'nowhere', 0)", "DELETE FROM credit.webhook_secrets"),
            (false, false) => (
                "INSERT INTO webhook_secrets (\"Client\", \"Sealed\", \"NoticeTarget\", \"Version\") VALUES ('two', x'00', 'nowhere', 0)", "DELETE FROM webhook_secrets"),
        };
        await backbone.AskAsync(db => db.Database.ExecuteSqlRawAsync(refuse, Cancelled));

        Assert.Equal(3, await RecipientsOf(backbone).RunAsync(TimeSpan.Zero, Cancelled));
        Assert.Equal(0, await RecipientsOf(backbone).TryAgainAsync(Cancelled));
        Assert.All(await backbone.AskAsync(db => db.Notices.AsNoTracking().ToListAsync(Cancelled)), one => Assert.Equal("one", one.Client));
        await backbone.AskAsync(db => db.Database.ExecuteSqlRawAsync(allow, Cancelled));

        Assert.Equal(3, await RecipientsOf(backbone).TryAgainAsync(Cancelled));
        Assert.Equal((6, 1), await LeftAsync(backbone));
    }

    [Fact]
    public async Task Notices_that_are_overdue_are_noted_though_nobody_can_be_looked_for()
    {
        await using var backbone = await StartAsync(postgres: false, stopped: false);
        await StateAsync(backbone, Entity, 1);
        await AskAsync(backbone, "one", "report");
        await EndAsync(backbone, Entity, 1);
        await RecipientsOf(backbone).RunAsync(TimeSpan.Zero, Cancelled);
        await backbone.AskAsync(db => db.Clock.ExecuteDeleteAsync(Cancelled));
        await backbone.AskAsync(db => db.Notices.ExecuteUpdateAsync(
            set => set.SetProperty(one => one.DueOn, ChinaDay.Today(TimeProvider.System).AddDays(-1)), Cancelled));

        await backbone.UntilAsync(db => db.Notices.AnyAsync(one => one.OverdueAt != null, Cancelled));
        await Assert.ThrowsAsync<InvalidOperationException>(() => RecipientsOf(backbone).RunAsync(TimeSpan.Zero, Cancelled));
    }

    private static NoticeRecipients RecipientsOf(BackboneFixture backbone) => backbone.Services.GetServices<IHostedService>().OfType<NoticeRecipients>().Single();

    /// <param name="stopped">Then it runs when the test says so, and not by itself.</param>
    private static async Task<BackboneFixture> StartAsync(bool postgres, WatchedNotices? watched = null, bool stopped = true)
    {
        var backbone = await BackboneFixture.StartAsync(settings =>
        {
            (settings.Demo, settings.Postgres) = (true, postgres);
            settings.Settings["Backbone:Credit:Grading:Minutes"] = "0";
            settings.Observe = watched is null ? null : watched.On;
        });
        if (stopped)
        {
            await RecipientsOf(backbone).StopAsync(Cancelled);
        }

        return backbone;
    }

    private static string Key(int number) => string.Create(CultureInfo.InvariantCulture, $"k-{number}");

    private static Task StateAsync(BackboneFixture backbone, EntityCode entity, int facts, int first = 0) =>
        WriteAsync(backbone, Enumerable.Range(first, facts).Select(number => MadeUpDraft.Of(entity, Key(number), TimeProvider.System)));

    private static Task EndAsync(BackboneFixture backbone, EntityCode entity, int facts, int first = 0) =>
        WriteAsync(backbone, Enumerable.Range(first, facts).Select(number => new FactDraft(
            entity, "w-" + Key(number), RecordKind.Withdrawn, Key(number), null, null, "依据被撤销", new byte[32])));

    private static async Task WriteAsync(BackboneFixture backbone, IEnumerable<FactDraft> drafts)
    {
        FactDraft[] batch = [.. drafts];
        var stored = await backbone.AskAsync(db => new StoreFacts(db, TimeProvider.System).WriteAsync("agency", batch, Cancelled));
        Assert.All(stored, one => Assert.Equal(StoredState.Accepted, one.State));
    }

    private static Task AskAsync(BackboneFixture backbone, string program, params string[] kinds) => backbone.AskAsync(async db =>
    {
        var known = await db.Clock.Select(row => row.Last).SingleAsync(Cancelled);
        db.Queries.AddRange(kinds.Select(kind => MadeUpQuestion.Of(Entity, program, known, TimeProvider.System, kind)));
        return await db.SaveChangesAsync(Cancelled);
    });

    /// <summary>How many notices there are, and how many marks: one where nothing is set aside.</summary>
    private static Task<(int Notices, int Marks)> LeftAsync(BackboneFixture backbone) =>
        backbone.AskAsync(async db => (await db.Notices.CountAsync(Cancelled), await db.NoticeMarks.CountAsync(Cancelled)));
}
