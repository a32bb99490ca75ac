using System.Collections.Frozen;
using System.Collections.Immutable;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Packs;

namespace Backbone.Credit.Catalogue;

/// <summary>All types of facts that may be stored, and the limits of the place that hold for every one of them.</summary>
internal sealed class FactCatalogue
{
    private readonly FrozenDictionary<string, CatalogueType> byCode;
    private readonly FrozenDictionary<ushort, CatalogueType> byNumber;

    public FactCatalogue(ImmutableArray<CatalogueType> types, ImmutableArray<UseLimit> limits)
    {
        All = types;
        Limits = limits;
        byCode = types.ToFrozenDictionary(type => type.Type.Code, StringComparer.Ordinal);
        byNumber = types.ToFrozenDictionary(type => type.Type.Number);
        Types = new FactTypes(types.Select(type => type.Type));
    }

    public ImmutableArray<CatalogueType> All { get; }

    /// <summary>Limits beside those of a type: the place's ordinance.</summary>
    public ImmutableArray<UseLimit> Limits { get; }

    public FactTypes Types { get; }

    public CatalogueType? Find(string code) => byCode.GetValueOrDefault(code);

    public CatalogueType? Find(ushort number) => byNumber.GetValueOrDefault(number);

    /// <summary>When a fact of the type may be used, by the law of a date.</summary>
    public LawfulTime TimeOf(CatalogueType type, FactDates dates, SeverityClass category, DateOnly on) =>
        LawfulTime.Of(dates, category, type.Type.Effect == FactEffect.Negative ? type.Limits.Concat(Limits) : type.Limits, on);
}
