using System.Collections.Immutable;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Packs;
using Backbone.Platform;

namespace Backbone.Credit.Catalogue;

/// <summary>One type of facts: what it is, who may report it, what it measures and how long it may be used.</summary>
/// <param name="Reporters">Kinds of authorities that may report it; empty for every source with the scope.</param>
/// <param name="Classes">The classes such a fact can have; empty when it has none.</param>
/// <param name="Measure">What its quantity is; null where it measures nothing.</param>
/// <param name="Repairable">Whether the entity can have it repaired.</param>
/// <param name="Visibility">Who sees it while it may be shown.</param>
internal sealed record CatalogueType(
    FactType Type,
    Bilingual Title,
    Bilingual Description,
    string Basis,
    LegalStatus Status,
    ImmutableArray<string> Reporters,
    ImmutableArray<SeverityClass> Classes,
    FactMeasure? Measure,
    bool Repairable,
    FactVisibility Visibility,
    ImmutableArray<UseLimit> Limits);

/// <summary>What a quantity means.</summary>
/// <param name="Unit">"fen", or "value" for one of <paramref name="Values"/>, or a unit in words.</param>
/// <param name="Scale">How many of what is stored make one of the unit: 100 for yuan kept in fen.</param>
/// <param name="Values">For graded values: the words, whose positions are the quantities.</param>
internal sealed record FactMeasure(string Unit, Bilingual Title, long Scale, ImmutableArray<string> Values);

internal enum FactVisibility
{
    /// <summary>The entity, authorities with a purpose, and the public where the law publishes it.</summary>
    Public,

    /// <summary>The entity and authorities with a purpose.</summary>
    Authorities,

    /// <summary>The entity alone.</summary>
    Entity,
}
