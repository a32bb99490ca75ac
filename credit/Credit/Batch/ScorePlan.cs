using Backbone.Credit.Scoring.Kernel;
using Backbone.Credit.Scoring.Packs;

namespace Backbone.Credit.Batch;

/// <summary>What all entities are scored by.</summary>
/// <param name="Pack">The pack for one day and purpose.</param>
/// <param name="Digest">SHA-256 of the pack's file, lower-case hexadecimal.</param>
internal sealed record ScorePlan(CompiledPack Pack, string Digest)
{
    /// <summary>
    /// Whether scores of an earlier day still hold wherever no fact's time has come: no number of the pack has another value since. What a
    /// parameter's new value does to a score is no matter of facts, and so of no entity's own calendar.
    /// </summary>
    public bool HasSameNumbersSince(DateOnly earlier) => !Pack.Pack.Parameters.SelectMany(parameter => parameter.Values)
        .Where(value => value.Status != LegalStatus.Announced)
        .SelectMany(value => new[] { value.From, value.To }).Any(date => date > earlier && date <= Pack.ValidOn);
}
