using System.Text;
using Backbone.Credit.Facts;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Storage;
using Backbone.Platform.Entities;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Tests.Facts;

public sealed class StoreFactsTests
{
    private static readonly EntityCode Haier = EntityCode.Parse("91370200264574251E");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_sent_twice_is_there_once_and_another_content_under_its_key_is_refused(bool postgres)
    {
        await using var backbone = await BackboneFixture.StartAsync(settings => settings.Postgres = postgres);

        var first = await WriteAsync(backbone, "agency", Draft("a"), Draft("b"));
        var again = await WriteAsync(backbone, "agency", Draft("a"), Draft("c"), Draft("c"), Draft("b", amount: 7));
        var later = await WriteAsync(backbone, "agency", Draft("d"), Draft("a"));
        var other = await WriteAsync(backbone, "another agency", Draft("a"));

        Assert.All(first, fact => Assert.Equal(StoredState.Accepted, fact.State));
        Assert.Equal([StoredState.Known, StoredState.Accepted, StoredState.Known, StoredState.Refused], again.Select(fact => fact.State));
        Assert.Equal(first[0].Id, again[0].Id);
        Assert.Equal(again[1].Id, again[2].Id);
        Assert.Contains("a key is used once", again[3].Violation!.Rule.En, StringComparison.Ordinal);
        Assert.Equal([StoredState.Accepted, StoredState.Known], later.Select(fact => fact.State));
        Assert.Equal(first[0].Id, later[1].Id);
        Assert.Equal(StoredState.Accepted, other[0].State);
        Assert.Equal(5, (await ReadAsync(backbone)).Records.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_correction_and_a_withdrawal_find_their_fact_in_the_store_or_in_the_same_batch_and_nothing_is_changed(bool postgres)
    {
        await using var backbone = await BackboneFixture.StartAsync(settings => settings.Postgres = postgres);
        await WriteAsync(backbone, "agency", Draft("a"));
        var before = await ReadAsync(backbone);

        var stored = await WriteAsync(
            backbone, "agency", Draft("a-2", RecordKind.Corrected, "a", 99), Draft("b"), Draft("b-2", RecordKind.Withdrawn, "b"), Draft("x", RecordKind.Withdrawn, "nothing"));

        Assert.Equal([StoredState.Accepted, StoredState.Accepted, StoredState.Accepted, StoredState.Refused], stored.Select(fact => fact.State));
        var after = await ReadAsync(backbone);
        Assert.Equal([9900L, 1_200_000L], ReadFacts.AsOf(after.Records, new(2026, 11, 28), ReadFacts.Now).Select(fact => fact.Content.Quantity).Order());
        Assert.Equal([FactMarks.None, FactMarks.Withdrawn], ReadFacts.AsOf(after.Records, new(2026, 11, 28), ReadFacts.Now).Select(fact => fact.Marks).Order());

        // As known then: the same as it was read then.
        Assert.True(after.Known > before.Known);
        Assert.Equal(
            before.Records.Select(record => record.Id), ReadFacts.AsOf(after.Records, new(2026, 11, 28), before.Known).SelectMany(fact => fact.Records).Select(record => record.Id));
        Assert.Equal(1_200_000, ReadFacts.AsOf(after.Records, new(2026, 11, 28), before.Known).Single().Content.Quantity);
    }

    [Fact]
    public async Task Batches_at_once_are_numbered_in_the_order_in_which_they_commit()
    {
        await using var backbone = await BackboneFixture.StartAsync(settings => settings.Postgres = true);
        var batches = Enumerable.Range(0, 20).Select(batch => WriteAsync(backbone, "agency", [.. Enumerable.Range(0, 50).Select(i => Draft($"{batch}-{i}"))])).ToArray();
        var seen = new List<(long Known, int Count)>();
        while (batches.Any(batch => !batch.IsCompleted))
        {
            var read = await ReadAsync(backbone);
            seen.Add((read.Known, read.Records.Length));
        }

        await Task.WhenAll(batches);

        // Whoever read up to a time and reads up to it again finds the same: nothing committed later is numbered earlier.
        var whole = await ReadAsync(backbone);
        Assert.Equal(1000, whole.Records.Length);
        Assert.All(seen, then => Assert.Equal(then.Count, whole.Records.Count(record => record.Recorded <= then.Known)));
        Assert.Equal(20, whole.Records.Select(record => record.Recorded).Distinct().Count());
    }

    internal static FactDraft Draft(string key, RecordKind kind = RecordKind.Stated, string? about = null, decimal amount = 12_000)
    {
        var text = $$"""
            { "key": "{{key}}", "entity": "{{Haier}}", {{(kind == RecordKind.Stated ? "" : $"\"kind\": \"{(kind == RecordKind.Corrected ? "correction" : "withdrawal")}\", \"about\": \"{about}\", \"reason\": \"a slip\",")}}
              "type": "penalty", "class": "general", "amount": {{amount}}, "document": "济市监处罚〔2026〕1号", "authority": "济南市市场监督管理局",
              "basis": "食品安全法 第一百二十四条", "decided": "2026-05-20" }
            """;
        var outcome = ReadDraft.Read(Encoding.UTF8.GetBytes(text), ReadDraftTests.Catalogue, new(2026, 11, 28));
        Assert.Empty(outcome.Violations);
        return outcome.Draft!;
    }

    private static async Task<IReadOnlyList<StoredFact>> WriteAsync(BackboneFixture backbone, string source, params FactDraft[] drafts)
    {
        await using var scope = backbone.Services.CreateAsyncScope();
        return await new StoreFacts(scope.ServiceProvider.GetRequiredService<CreditDb>(), TimeProvider.System).WriteAsync(source, drafts, CancellationToken.None);
    }

    private static async Task<EntityRecords> ReadAsync(BackboneFixture backbone)
    {
        await using var scope = backbone.Services.CreateAsyncScope();
        return await ReadRecords.OfAsync(scope.ServiceProvider.GetRequiredService<CreditDb>(), Haier, CancellationToken.None);
    }
}
