using System.Collections.Immutable;
using Backbone.Credit.Batch;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Packs;
using Backbone.Credit.Packs.Keeping;
using Backbone.Credit.Scoring.Explaining;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Kernel;
using Backbone.Credit.Storage;
using Backbone.Platform.Entities;

namespace Backbone.Credit.Reports;

/// <summary>What a score is asked for.</summary>
/// <param name="Purpose">One of the pack's.</param>
/// <param name="ValidOn">The day it shall hold for.</param>
/// <param name="Known">Up to which knowledge of the store, in microseconds since 1970; null for all there is now.</param>
internal sealed record ScoreQuestion(string Purpose, DateOnly ValidOn, long? Known);

/// <summary>A score with everything it was made of; asked again with the same question and <paramref name="Known"/> it is the same, byte for byte.</summary>
/// <param name="Known">The knowledge it was made from.</param>
/// <param name="Read">The facts as read for that day, whether or not they count.</param>
/// <param name="Facts">The same as the kernel saw them.</param>
/// <param name="InputDigest">Over all that decides: see <see cref="DigestInput"/>.</param>
internal sealed record ScoredEntity(
    EntityCode Entity, long Known, PackInForce Pack, CompiledPack Compiled, ImmutableArray<ReadFact> Read, ImmutableArray<NamedFact> Facts, ScoreAnswer Answer,
    string InputDigest)
{
    public FactTable Table => FactTable.Of(Facts.Select(fact => fact.Fact));
}

/// <summary>Scores one organisation from the store, by the pack that is in force on the day it is asked for.</summary>
internal sealed class ScoreEntity(CreditDb db, PacksInForce packs, FactCatalogue catalogue)
{
    private CompiledPack? last;

    /// <returns>Null when nothing was recorded of it up to then: that is no grade, good or bad.</returns>
    public Task<ScoredEntity?> RunAsync(EntityCode entity, ScoreQuestion question, CancellationToken cancellation) =>
        RunAsync(entity, question, packs.On(question.ValidOn), cancellation);

    /// <summary>The same by a pack that is named, such as the one a notice was made by.</summary>
    public async Task<ScoredEntity?> RunAsync(EntityCode entity, ScoreQuestion question, PackInForce pack, CancellationToken cancellation)
    {
        var records = await ReadRecords.OfAsync(db, entity, cancellation);
        return Of(records, question, pack);
    }

    /// <summary>The same from records that were read.</summary>
    public ScoredEntity? Of(EntityRecords records, ScoreQuestion question, PackInForce pack)
    {
        var known = Math.Min(question.Known ?? long.MaxValue, records.Known);
        var read = ReadFacts.AsOf(records.Records, question.ValidOn, known);
        if (read.IsEmpty)
        {
            return null;
        }

        var compiled = Compiled(pack, question);
        ImmutableArray<NamedFact> facts = [.. new FoldEntity(catalogue, question.ValidOn).Named(records.Records, known)];
        return new(records.Entity, known, pack, compiled, read, facts, ExplainScore.Of(compiled, facts), DigestInput.Of(pack, question, facts));
    }

    /// <summary>Whoever scores many by one pack makes it ready once.</summary>
    private CompiledPack Compiled(PackInForce pack, ScoreQuestion question)
    {
        if (last is null || !ReferenceEquals(last.Pack, pack.Pack) || last.ValidOn != question.ValidOn || last.Purpose != question.Purpose)
        {
            last = CompilePack.For(pack.Pack, catalogue.Types, question.ValidOn, question.Purpose);
        }

        return last;
    }
}
