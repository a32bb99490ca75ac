using System.Security.Cryptography;
using Backbone.Credit.Facts;
using Backbone.Credit.Grading;
using Backbone.Credit.Packs.Keeping;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Storage;
using Backbone.Credit.Tests.Batch;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Tests.Packs.Keeping;

/// <summary>A pack that comes in force is what grades are made by, on every host.</summary>
public sealed class GradingByPackTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Everybody_is_graded_anew_when_another_pack_comes_in_force_and_a_change_is_told_once(bool postgres)
    {
        await using var host = await PacksHost.StartAsync(postgres);
        await SendAsync(host, 60);
        await RoundAsync(host);
        var before = await host.AskAsync(db => db.Grades.AsNoTracking().ToDictionaryAsync(row => row.Entity, Cancelled));

        var pack = await host.SignedAsync(PacksHost.Pack(2, -30));
        await RoundAsync(host);
        await RoundAsync(host);

        var after = await host.AskAsync(db => db.Grades.AsNoTracking().ToDictionaryAsync(row => row.Entity, Cancelled));
        Assert.All(after.Values, grade => Assert.Equal("cn-national 2", grade.Pack));
        var moved = before.Values.Where(grade => after[grade.Entity].Grade != grade.Grade).ToList();
        Assert.NotEmpty(moved);
        Assert.All(moved, grade => Assert.True(after[grade.Entity].Points < grade.Points, grade.Entity));
        var told = await host.AskAsync(db => db.GradeChanges.AsNoTracking().Where(change => change.Before != null).ToListAsync(Cancelled));
        Assert.Equal(moved.Select(grade => grade.Entity).Order(StringComparer.Ordinal), told.Select(change => change.Entity).Order(StringComparer.Ordinal));
        Assert.All(told, change => Assert.Equal(pack.Digest, change.PackDigest));
    }

    [Fact]
    public async Task What_one_host_put_in_force_the_other_scores_by_within_seconds_and_grades_go_to_and_fro_between_no_two_packs()
    {
        await using var first = await PacksHost.StartAsync(postgres: true);
        await using var second = await PacksHost.StartAsync(postgres: true, first);
        await SendAsync(first, 60);
        await Task.WhenAll(RoundAsync(first), RoundAsync(second));
        var row = await first.SubmittedAsync(PacksHost.Pack(2, -30));
        await first.DecideAsync(row.Id, PacksHost.First);
        await second.DecideAsync(row.Id, PacksHost.Second);

        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (first.Packs.Current.Digest != row.Digest || second.Packs.Current.Digest != row.Digest)
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(20), "another pack than the one in force");
            await Task.Delay(200, Cancelled);
        }

        for (var round = 0; round < 3; round++)
        {
            await Task.WhenAll(RoundAsync(first), RoundAsync(second));
        }

        Assert.All(await first.AskAsync(db => db.Grades.AsNoTracking().ToListAsync(Cancelled)), grade => Assert.Equal("cn-national 2", grade.Pack));
        var changes = await first.AskAsync(db => db.GradeChanges.AsNoTracking().Where(change => change.Before != null).ToListAsync(Cancelled));
        Assert.Equal(changes.Count, changes.Select(change => change.Entity).Distinct().Count());
        Assert.Equal(1, await first.AskAsync(db => db.PackSteps.CountAsync(step => step.Act == "pack-in-force", Cancelled)));
    }

    internal static Task RoundAsync(PacksHost host) => host.Backbone.Services.GetRequiredService<GradeRegularly>().RoundAsync(Cancelled);

    /// <summary>A general penalty each, of different age.</summary>
    internal static async Task SendAsync(PacksHost host, int count)
    {
        var penalty = MadeUpSegments.Catalogue.All.Single(type => type.Type.Code == "penalty").Type.Number;
        var drafts = Enumerable.Range(0, count).Select(number => new FactDraft(
            MadeUpSegments.Entity(number), FormattableString.Invariant($"pack-{number}"), RecordKind.Stated, null,
            new FactContent(penalty, SeverityClass.General, ExclusionReason.None, new(host.Today.AddDays(-number * 5), null, null, null), 100, "document", "authority", "basis"),
            null, "", SHA256.HashData(BitConverter.GetBytes(number)))).ToList();
        var stored = await host.AskAsync(db => new StoreFacts(db, host.Clock).WriteAsync("agency", drafts, Cancelled));
        Assert.All(stored, one => Assert.Equal(StoredState.Accepted, one.State));
    }
}
