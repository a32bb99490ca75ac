using Backbone.Credit.Packs.Keeping;
using Backbone.Credit.Profiles;
using Backbone.Credit.Storage;
using Backbone.Credit.Tests.Batch;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Tests.Packs.Keeping;

/// <summary>What is computed beside the running host before a pack is approved is what grading finds when it is in force.</summary>
public sealed class PackImpactTests
{
    private const int Shards = 4;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_impact_is_what_grading_finds_afterwards_and_stays_with_the_pack(bool postgres)
    {
        await using var host = await PacksHost.StartAsync(postgres);
        await GradingByPackTests.SendAsync(host, 60);
        await GradingByPackTests.RoundAsync(host);
        await host.AskAsync(db => new StoreProfiles(db, host.Clock).WriteAsync("registry", [.. Enumerable.Range(0, 60).Where(number => number % 3 != 0).Select(number =>
            new ProfileDraft(MadeUpSegments.Entity(number), number % 3 == 1 ? "C" : "F", EntitySize.Small, host.Today.AddYears(-number), host.Today))], Cancelled));
        var before = await GradesAsync(host);
        var row = await host.SubmittedAsync(PacksHost.Pack(2, -30));
        await ComputeAsync(host);

        var impact = await ReadAsync(host, row.Id, host.Packs.Current.Digest);
        Assert.Equal((Shards, Shards, null), (impact.Done, impact.Of, impact.Fault));
        await host.DecideAsync(row.Id, PacksHost.First);
        await host.DecideAsync(row.Id, PacksHost.Second);
        await host.Packs.RefreshAsync(Cancelled);
        await GradingByPackTests.RoundAsync(host);
        var after = await GradesAsync(host);

        Assert.Equal(
            before.GroupBy(pair => (pair.Value, after[pair.Key])).Select(same => (same.Key, (long)same.Count())).Order(),
            impact.Sum!.Moves.Select(move => ((move.Before, move.After), move.Count)).Order());
        long Worse(int rest) => Enumerable.Range(0, 60).Count(number => number % 3 == rest && MadeUpSegments.Entity(number).ToString() is var code && string.CompareOrdinal(after[code], before[code]) > 0);
        Assert.Equal([("", 20L, Worse(0)), ("C", 20L, Worse(1)), ("F", 20L, Worse(2))], impact.Sum!.BySection.Select(group => (group.Group, group.All, group.Worse)));
        Assert.Equal([("", 20L), ("3", 40L)], impact.Sum.BySize.Select(group => (group.Group, group.All)));
        Assert.Equal(60, impact.Sum.ByAge.Sum(group => group.All));
        Assert.Equal(("37", 60L), (impact.Sum.ByRegion.Single().Group, impact.Sum.Entities));

        // Decided: what was computed last stays.
        await ComputeAsync(host);
        Assert.Equal(impact.Sum.Moves, (await ReadAsync(host, row.Id, null)).Sum!.Moves);
    }

    [Fact]
    public async Task Each_host_computes_the_shards_it_keeps_and_together_they_are_all()
    {
        await using var first = await PacksHost.StartAsync(postgres: true);
        await using var second = await PacksHost.StartAsync(postgres: true, first);
        await GradingByPackTests.SendAsync(first, 60);
        await Task.WhenAll(GradingByPackTests.RoundAsync(first), GradingByPackTests.RoundAsync(second));
        await Task.WhenAll(GradingByPackTests.RoundAsync(first), GradingByPackTests.RoundAsync(second));
        var row = await first.SubmittedAsync(PacksHost.Pack(2, -30));

        await ComputeAsync(first);
        await ComputeAsync(second);

        var impact = await ReadAsync(first, row.Id, first.Packs.Current.Digest);
        Assert.Equal((Shards, 60L), (impact.Done, impact.Sum?.Entities));
    }

    [Fact]
    public async Task When_another_pack_is_in_force_the_impact_is_computed_against_that_one()
    {
        await using var host = await PacksHost.StartAsync(postgres: false);
        await GradingByPackTests.SendAsync(host, 60);
        await GradingByPackTests.RoundAsync(host);
        var waiting = await host.SubmittedAsync(PacksHost.Pack(3, -30), host.Today.AddDays(30));
        await ComputeAsync(host);
        var against = await ReadAsync(host, waiting.Id, host.Packs.Current.Digest);
        Assert.Contains(against.Sum!.Moves, move => move.Before != move.After);

        // The same points under another version: then nobody moves.
        var same = await host.SubmitAsync(PacksHost.Pack(4, -30).Replace("id: cn-national", "id: other", StringComparison.Ordinal));
        var other = Assert.IsType<SubmitOutcome.Submitted>(same).Row;
        await host.DecideAsync(other.Id, PacksHost.First);
        await host.DecideAsync(other.Id, PacksHost.Second);
        await host.Packs.RefreshAsync(Cancelled);
        Assert.Equal(0, (await ReadAsync(host, waiting.Id, host.Packs.Current.Digest)).Done);
        await ComputeAsync(host);

        Assert.All((await ReadAsync(host, waiting.Id, host.Packs.Current.Digest)).Sum!.Moves, move => Assert.Equal(move.Before, move.After));
    }

    [Fact]
    public async Task A_pack_that_has_no_value_for_today_yet_says_so_in_place_of_an_impact()
    {
        await using var host = await PacksHost.StartAsync(postgres: false);
        await GradingByPackTests.SendAsync(host, 10);
        await GradingByPackTests.RoundAsync(host);
        const string Parameter = """

            parameters:
              - id: general
                title: { zh: 一般处罚分值, en: points of a general penalty }
                unit: points
                values: [{ from: 2027-01-01, value: -20, basis: 国办发〔2025〕22号, status: chosen }]

            """;
        var row = await host.SubmittedAsync(
            PacksHost.Pack(2).Replace("\nfrom: 2026-04-02", "\nfrom: 2027-01-01", StringComparison.Ordinal)
                .Replace("\nparameters:\n", Parameter.ReplaceLineEndings("\n"), StringComparison.Ordinal).Replace("points: -30\n", "points: general\n", StringComparison.Ordinal),
            new DateOnly(2027, 1, 1));
        await ComputeAsync(host);

        var impact = await ReadAsync(host, row.Id, host.Packs.Current.Digest);
        Assert.Contains("parameter general has no value on 2026-11-28", impact.Fault, StringComparison.Ordinal);
        Assert.Equal((Shards, null), (impact.Done, impact.Sum));
    }

    /// <summary>The background's own rounds may take a share of it.</summary>
    private static async Task ComputeAsync(PacksHost host)
    {
        var compute = host.Backbone.Services.GetRequiredService<ComputeImpacts>();
        await compute.RoundAsync(Cancelled);
        Assert.Equal(0, await compute.RoundAsync(Cancelled));
    }

    private static Task<KnownImpact> ReadAsync(PacksHost host, Guid pack, string? against) => host.AskAsync(db => KnownImpact.ReadAsync(db, pack, against, Shards, Cancelled));

    private static Task<Dictionary<string, string>> GradesAsync(PacksHost host) =>
        host.AskAsync(db => db.Grades.AsNoTracking().ToDictionaryAsync(row => row.Entity, row => row.Grade, Cancelled));
}
