using System.Security.Cryptography;
using System.Text;
using Backbone.Credit.Cases;
using Backbone.Credit.PriorNotices;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Storage;
using Backbone.Credit.Tests.Packs.Keeping;
using Backbone.Platform.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Backbone.Credit.Tests.PriorNotices;

/// <summary>A grade that harms is told of before it is published, and what is published meanwhile is the former one.</summary>
public sealed class PriorNoticeTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_bad_grade_is_told_of_first_and_published_by_itself_when_the_time_is_over(bool postgres)
    {
        await using var host = await NoticeHost.StartAsync(postgres);
        var entity = NoticeHost.Entity(1);
        await host.SendAsync(entity, category: SeverityClass.General);
        await host.RoundAsync();
        Assert.Equal("B", await host.GradeAsync(entity));
        await host.LaterAsync(1);
        var fact = await host.SendAsync(entity);

        // Before a scoring has found it, nobody is told either, and whoever asks finds it.
        Assert.Equal("B", await host.ToldAsync(entity));
        await host.RoundAsync();
        await host.RoundAsync();
        var notice = Assert.Single(await host.NoticesAsync(entity));
        Assert.Equal(("D", "B", host.Today, host.WorkingDays.After(host.Today, 5).Day), (notice.Grade, notice.Before, notice.RunsFrom, notice.DueOn));
        Assert.Contains(fact.ToString("D"), notice.FactIds);
        Assert.Equal("B", await host.GradeAsync(entity));
        var held = await host.AskAsync(entity);
        Assert.Equal(("B", host.Today), (held.Scored!.Answer.Grade, held.Asked!.ValidOn));
        Assert.DoesNotContain(held.Scored.Read, one => one.Id == fact);

        // On its last day too.
        await host.LaterAsync(notice.DueOn.DayNumber - host.Today.DayNumber);
        Assert.Equal(("B", "B"), (await host.GradeAsync(entity), await host.ToldAsync(entity)));
        await host.LaterAsync(1);

        Assert.Equal(("D", "D"), (await host.GradeAsync(entity), await host.ToldAsync(entity)));
        Assert.Equal(NoticeState.Published, Assert.Single(await host.NoticesAsync(entity)).State);
        Assert.Equal(NoticeHost.Bytes(held), NoticeHost.Bytes(await host.AskAsync(entity, on: held.Asked.ValidOn, known: held.Asked.Known)));
        foreach (var action in (string[])["prior-notice-give", "prior-notice-publish", "grade-change"])
        {
            Assert.Equal(1, await host.LoggedAsync(action, entity));
        }
    }

    /// <summary>The event of the notice named them all once, was longer than the log takes, and kept back every later event of the module.</summary>
    [Fact]
    public async Task An_organisation_with_thousands_of_facts_is_told_of_all_and_the_log_names_some_counts_all_and_has_what_comes_after()
    {
        await using var host = await NoticeHost.StartAsync(postgres: false);
        var (entity, other) = (NoticeHost.Entity(1), NoticeHost.Entity(2));
        await host.SendManyAsync(entity, 3_000);
        await host.RoundAsync();
        var notice = await host.OpenAsync(entity);
        await host.SendAsync(other);
        await host.RoundAsync();

        Assert.Equal(3_000, notice.FactIds.Count);
        Assert.Equal((1, 1), (await host.LoggedAsync("prior-notice-give", entity), await host.LoggedAsync("prior-notice-give", other)));
        var facts = notice.FactIds.Order(StringComparer.Ordinal).ToList();
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', facts))));
        Assert.Equal(1, await host.Packs.LoggedAsync("prior-notice-give", "\"count\":3000", digest, facts[0], facts[99]));
        Assert.Equal(0, await host.Packs.LoggedAsync("prior-notice-give", facts[100]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_first_grade_that_is_bad_is_told_of_first_too_and_until_then_there_is_none(bool postgres)
    {
        await using var host = await NoticeHost.StartAsync(postgres);
        var entity = NoticeHost.Entity(1);
        await host.SendAsync(entity);
        await host.RoundAsync();

        var answer = await host.AskAsync(entity);
        Assert.Equal((null, true), (answer.Scored, answer.IsWithheld));
        Assert.Null(await host.GradeAsync(entity));
        await host.OverAsync(await host.OpenAsync(entity));

        Assert.Equal(("D", "D"), (await host.GradeAsync(entity), await host.ToldAsync(entity)));
        Assert.Equal(1, await host.Packs.AskAsync(db => db.GradeChanges.CountAsync(change => change.Entity == entity.ToString() && change.Before == null, Cancelled)));
    }

    /// <summary>Of however many records are read at once, each organisation has its own, in the order asked for.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Records_of_several_organisations_are_those_of_each_whatever_is_read_at_once(bool postgres)
    {
        await using var host = await NoticeHost.StartAsync(postgres);
        int[] facts = [3, 0, 2, 1, 5];
        for (var i = 0; i < facts.Length; i++)
        {
            await host.SendManyAsync(NoticeHost.Entity(i), facts[i]);
        }

        EntityCode[] asked = [.. Enumerable.Range(0, facts.Length).Reverse().Select(NoticeHost.Entity)];
        foreach (var most in (int[])[1, 4, 6, 100])
        {
            var read = await host.Packs.AskAsync(db => ReadRecords.EachAsync(db, asked, "a test", Cancelled, most).ToListAsync(Cancelled).AsTask());

            Assert.Equal(asked, read.Select(one => one.Entity));
            Assert.Equal(facts.Reverse(), read.Select(one => one.Records.Length));
            foreach (var one in read)
            {
                var alone = await host.Packs.AskAsync(db => ReadRecords.OfAsync(db, one.Entity, Cancelled));
                Assert.Equal(alone.Records.Select(record => record.Id).Order(), one.Records.Select(record => record.Id).Order());
            }
        }
    }

    [Fact]
    public async Task An_objection_lengthens_nothing_and_when_its_mark_ends_the_same_facts_are_published_without_another_notice()
    {
        await using var host = await NoticeHost.StartAsync(postgres: false);
        var entity = NoticeHost.Entity(1);
        await host.SendAsync(entity, category: SeverityClass.General);
        await host.RoundAsync();
        var fact = await host.SendAsync(entity);
        await host.RoundAsync();
        var notice = await host.OpenAsync(entity);

        // Objected to and taken back within the time, over and over: the time is the same.
        for (var again = 0; again < 3; again++)
        {
            await host.MarkAsync(entity, fact, RecordKind.Disputed);
            await host.RoundAsync();
            await host.MarkAsync(entity, fact, RecordKind.DisputeEnded);
            await host.RoundAsync();
        }

        Assert.Equal(notice.EndsOn, (await host.OpenAsync(entity)).EndsOn);

        // Disputed in time: it does not count by the pack, and so nothing is published as long as that lasts.
        await host.MarkAsync(entity, fact, RecordKind.Disputed);
        await host.OverAsync(notice);
        Assert.Equal(("B", NoticeState.Ended), (await host.GradeAsync(entity), Assert.Single(await host.NoticesAsync(entity)).State));
        await host.MarkAsync(entity, fact, RecordKind.DisputeEnded);
        await host.RoundAsync();

        Assert.Equal(("D", "D"), (await host.GradeAsync(entity), await host.ToldAsync(entity)));
        Assert.Single(await host.NoticesAsync(entity));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Facts_that_the_grade_does_not_need_make_no_second_notice_and_those_it_needs_do(bool postgres)
    {
        await using var host = await NoticeHost.StartAsync(postgres);
        var (entity, other) = (NoticeHost.Entity(1), NoticeHost.Entity(2));
        foreach (var one in new[] { entity, other })
        {
            await host.SendAsync(one, category: SeverityClass.General);
        }

        await host.RoundAsync();
        var first = await host.SendAsync(entity);
        await host.SendAsync(other);
        await host.RoundAsync();
        var (notice, same) = (await host.OpenAsync(entity), await host.OpenAsync(other));
        await host.LaterAsync(2);

        // Withdrawn, and another in its place; the other organisation gets one more.
        await host.MarkAsync(entity, first, RecordKind.Withdrawn);
        var second = await host.SendAsync(entity);
        await host.SendAsync(other);
        await host.RoundAsync();
        Assert.Equal([NoticeState.Replaced, NoticeState.Open], (await host.NoticesAsync(entity)).Select(one => one.State));
        var next = await host.OpenAsync(entity);
        Assert.Equal((true, false, host.WorkingDays.After(host.Today, 5).Day), (next.FactIds.Contains($"{second:D}"), next.FactIds.Contains($"{first:D}"), next.DueOn));
        Assert.Equal(same.Id, Assert.Single(await host.NoticesAsync(other)).Id);

        await host.OverAsync(notice);
        Assert.Equal(("B", "D"), (await host.GradeAsync(entity), await host.GradeAsync(other)));
        Assert.Equal("B", await host.ToldAsync(entity));
        await host.OverAsync(next);
        Assert.Equal("D", await host.GradeAsync(entity));
    }

    [Fact]
    public async Task A_grade_that_is_bad_no_more_at_the_end_is_not_published_and_what_was_better_meanwhile_is_at_once()
    {
        await using var host = await NoticeHost.StartAsync(postgres: false);
        var entity = NoticeHost.Entity(1);
        await host.SendAsync(entity, category: SeverityClass.General);
        await host.RoundAsync();
        var fact = await host.SendAsync(entity);
        await host.RoundAsync();
        var notice = await host.OpenAsync(entity);
        await host.MarkAsync(entity, fact, RecordKind.Withdrawn);
        Assert.Equal((null, "B"), ((await host.AskAsync(entity)).Asked, await host.ToldAsync(entity)));
        await host.RoundAsync();
        await host.OverAsync(notice);

        Assert.Equal(NoticeState.Ended, Assert.Single(await host.NoticesAsync(entity)).State);
        Assert.Equal(1, await host.LoggedAsync("prior-notice-end", entity));
        Assert.Equal(0, await host.LoggedAsync("grade-change", entity));

        // Another fact, another time: told again.
        await host.SendAsync(entity);
        await host.RoundAsync();
        Assert.Equal("B", await host.ToldAsync(entity));
        await host.OpenAsync(entity);
    }

    [Fact]
    public async Task While_it_is_held_nobody_is_told_of_what_was_repaired_or_withdrawn_and_a_dispute_shows_at_once()
    {
        await using var host = await NoticeHost.StartAsync(postgres: false);
        var entity = NoticeHost.Entity(1);
        var (repaired, disputed) = (await host.SendAsync(entity, category: SeverityClass.General), await host.SendAsync(entity, category: SeverityClass.General));
        await host.RoundAsync();
        await host.LaterAsync(1);
        await host.SendAsync(entity);
        await host.RoundAsync();
        var before = await host.AskAsync(entity);
        Assert.Equal("C", before.Scored!.Answer.Grade);
        await host.LaterAsync(1);
        await host.MarkAsync(entity, repaired, RecordKind.Repaired);
        await host.MarkAsync(entity, disputed, RecordKind.Disputed);

        var after = await host.AskAsync(entity);
        var marks = after.Scored!.Read.ToDictionary(one => one.Id, one => one.Marks);
        Assert.Equal((FactMarks.Repaired, FactMarks.Disputed), (marks[repaired], marks[disputed]));
        Assert.Equal("A", after.Scored.Answer.Grade);
        Assert.DoesNotContain(repaired.ToString("D"), System.Text.Encoding.UTF8.GetString(NoticeHost.Bytes(after)), StringComparison.Ordinal);
        Assert.Equal(NoticeHost.Bytes(after), NoticeHost.Bytes(await host.AskAsync(entity, on: after.Asked!.ValidOn, known: after.Asked.Known)));

        // Nor by asking as it was known before.
        var earlier = await host.AskAsync(entity, on: before.Asked!.ValidOn, known: before.Asked.Known);
        Assert.Equal((before.Asked, before.Scored.Known), (earlier.Asked, earlier.Scored!.Known));
        Assert.DoesNotContain(repaired.ToString("D"), System.Text.Encoding.UTF8.GetString(NoticeHost.Bytes(earlier)), StringComparison.Ordinal);
        Assert.Equal(FactMarks.Disputed, earlier.Scored.Read.Single(one => one.Id == disputed).Marks);
    }

    [Fact]
    public async Task A_grade_for_another_purpose_is_told_of_when_it_is_first_asked_for()
    {
        await using var host = await NoticeHost.StartAsync(postgres: false);
        var entity = NoticeHost.Entity(1);
        await host.SendAsync(entity, category: SeverityClass.General);
        await host.RoundAsync();
        await host.SendAsync(entity);
        await host.RoundAsync();
        Assert.Equal("B", await host.ToldAsync(entity, "finance"));
        var notices = await host.NoticesAsync(entity);
        Assert.Equal(["finance", "supervision"], notices.Select(one => one.Purpose).Order(StringComparer.Ordinal));

        await host.OverAsync(notices[^1]);
        Assert.Equal(("D", "D"), (await host.ToldAsync(entity, "finance"), await host.GradeAsync(entity)));
        Assert.Equal(1, await host.LoggedAsync("grade-change", entity));
    }

    [Fact]
    public async Task Of_many_who_ask_at_once_one_finds_it()
    {
        await using var host = await NoticeHost.StartAsync(postgres: true);
        var entity = NoticeHost.Entity(1);
        await host.SendAsync(entity, category: SeverityClass.General);
        await host.RoundAsync();
        await host.SendAsync(entity);

        var told = await Task.WhenAll([host.RoundAsync().ContinueWith(_ => "B", TaskScheduler.Default), .. Enumerable.Range(0, 12).Select(_ => host.ToldAsync(entity))]);

        Assert.All(told, grade => Assert.Equal("B", grade));
        Assert.Single(await host.NoticesAsync(entity));
        Assert.Equal(1, await host.LoggedAsync("prior-notice-give", entity));
    }

    [Fact]
    public async Task Another_pack_by_which_the_grade_is_bad_makes_another_notice()
    {
        await using var host = await NoticeHost.StartAsync(postgres: false);
        var entity = NoticeHost.Entity(1);
        await host.SendAsync(entity, category: SeverityClass.General);
        await host.RoundAsync();
        await host.SendAsync(entity);
        await host.RoundAsync();
        var notice = await host.OpenAsync(entity);
        await host.LaterAsync(2);
        var pack = await host.Packs.SignedAsync(PacksHost.Pack(2));
        await host.RoundAsync();

        var next = await host.OpenAsync(entity);
        Assert.Equal((pack.Digest, "B"), (next.PackDigest, next.Before));
        Assert.NotEqual(notice.Id, next.Id);
        Assert.Equal("B", await host.ToldAsync(entity));
        await host.OverAsync(notice);
        Assert.Equal("B", await host.GradeAsync(entity));
        await host.OverAsync(next);
        Assert.Equal("D", await host.GradeAsync(entity));
    }

    [Fact]
    public async Task Without_an_answer_nobody_decides_before_the_end_and_with_one_it_is_published_once()
    {
        await using var host = await NoticeHost.StartAsync(postgres: true);
        var entity = NoticeHost.Entity(1);
        await host.SendAsync(entity);
        await host.RoundAsync();
        var notice = await host.OpenAsync(entity);
        Assert.Equal(StepOutcome.NotNow, await host.DecideAsync(notice));
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => host.AnswerAsync(notice)));
        Assert.Single(outcomes, StepOutcome.Done);
        Assert.Equal(StepOutcome.Changed, await host.AnswerAsync(notice));
        notice = await host.OpenAsync(entity);
        Assert.Equal(StepOutcome.NotNow, await host.AnswerAsync(notice));
        await host.RoundAsync();
        Assert.Null(await host.GradeAsync(entity));

        Assert.Equal(StepOutcome.Done, await host.DecideAsync(notice));
        await host.RoundAsync();
        await host.RoundAsync();
        Assert.Equal("D", await host.GradeAsync(entity));
        foreach (var action in (string[])["prior-notice-answer", "prior-notice-decide", "prior-notice-publish"])
        {
            Assert.Equal(1, await host.LoggedAsync(action, entity));
        }
    }

    [Fact]
    public async Task After_its_last_day_no_answer_is_taken()
    {
        await using var host = await NoticeHost.StartAsync(postgres: false);
        var entity = NoticeHost.Entity(1);
        await host.SendAsync(entity);
        await host.RoundAsync();
        var notice = await host.OpenAsync(entity);
        host.Packs.Clock.Now += TimeSpan.FromDays(notice.EndsOn.DayNumber - host.Today.DayNumber);

        Assert.Equal(StepOutcome.NotNow, await host.AnswerAsync(notice));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_statement_that_waits_for_a_reply_is_reminded_of_and_then_told_to_the_supervisor_once(bool postgres)
    {
        await using var host = await NoticeHost.StartAsync(postgres);
        foreach (var number in (int[])[1, 2, 3])
        {
            await host.SendAsync(NoticeHost.Entity(number));
        }

        await host.RoundAsync();
        var (said, silent, replied) = (await host.OpenAsync(NoticeHost.Entity(1)), await host.OpenAsync(NoticeHost.Entity(2)), await host.OpenAsync(NoticeHost.Entity(3)));
        await host.AnswerAsync(said);
        await host.AnswerAsync(silent, NoticeAnswer.Nothing);
        await host.AnswerAsync(replied);
        await WatchAsync();
        Assert.Equal(0, await host.LoggedAsync("prior-notice-remind", NoticeHost.Entity(1)));
        host.Packs.Clock.Now += TimeSpan.FromDays(said.DueOn.DayNumber - host.Today.DayNumber);
        await WatchAsync();
        await host.StepAsync(step => step.ReplyAsync(NoticeHost.Entity(3), replied.Id, "理由", PacksHost.First, replied.Version + 1, Cancelled));
        await host.OverAsync(said);
        await WatchAsync();
        host.Packs.Clock.Now += TimeSpan.FromDays(30);
        await WatchAsync();

        Assert.Equal([(1, 1), (0, 0), (1, 0)], [await ToldAsync(1), await ToldAsync(2), await ToldAsync(3)]);

        async Task WatchAsync() => await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            using var watch = new WatchDeadlines(
                host.Packs.Backbone.Services.GetRequiredService<IServiceScopeFactory>(), host.Packs.Clock, NullLogger<CreditModule>.Instance);
            await watch.RunAsync(Cancelled);
        })));

        async Task<(int Reminders, int Escalations)> ToldAsync(int number) =>
            (await host.LoggedAsync("prior-notice-remind", NoticeHost.Entity(number)), await host.LoggedAsync("prior-notice-escalate", NoticeHost.Entity(number)));
    }

    [Fact]
    public async Task Two_hosts_give_one_notice_and_publish_once()
    {
        await using var first = await NoticeHost.StartAsync(postgres: true);
        await using var second = await NoticeHost.StartAsync(postgres: true, first);
        var entities = Enumerable.Range(0, 24).Select(NoticeHost.Entity).ToList();
        foreach (var entity in entities)
        {
            await first.SendAsync(entity, category: SeverityClass.General);
        }

        await BothAsync();
        foreach (var entity in entities)
        {
            await second.SendAsync(entity);
        }

        await BothAsync();
        var notice = await first.OpenAsync(entities[0]);
        first.Packs.Clock.Now += TimeSpan.FromDays(notice.EndsOn.DayNumber - first.Today.DayNumber);
        await BothAsync();

        foreach (var entity in entities)
        {
            Assert.Equal("D", await first.GradeAsync(entity));
            Assert.Equal(NoticeState.Published, Assert.Single(await second.NoticesAsync(entity)).State);
        }

        Assert.Equal(entities.Count, await first.Packs.AskAsync(db => db.GradeChanges.CountAsync(change => change.Before != null, Cancelled)));
        Assert.Equal(2 * entities.Count, await first.Packs.AskAsync(db => db.CaseSteps.CountAsync(Cancelled)));

        async Task BothAsync()
        {
            for (var round = 0; round < 3; round++)
            {
                await Task.WhenAll(first.RoundAsync(), second.RoundAsync());
            }
        }
    }
}
