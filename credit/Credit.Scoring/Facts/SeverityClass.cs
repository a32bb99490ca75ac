namespace Backbone.Credit.Scoring.Facts;

/// <summary>The class of dishonesty information as the authority that decided set it (国办发〔2025〕22号, NDRC Order 36). A stored fact, never guessed.</summary>
public enum SeverityClass : byte
{
    /// <summary>The fact is of a type that has no class: a licence, an honour, a yearly grade.</summary>
    None = 0,

    /// <summary>轻微</summary>
    Minor = 1,

    /// <summary>一般</summary>
    General = 2,

    /// <summary>严重</summary>
    Serious = 3,
}

/// <summary>What stands beside a fact and decides whether it is counted.</summary>
[Flags]
public enum FactMarks : byte
{
    None = 0,

    /// <summary>An objection is open: shown with the fact everywhere; the pack says whether it counts meanwhile.</summary>
    Disputed = 1,

    /// <summary>Outside the list of what may be used at all (Shandong ordinance art. 13: summary procedure, minor with its harm removed).</summary>
    Excluded = 2,

    /// <summary>Repaired: neither shown nor used any more (Order 36 art. 3).</summary>
    Repaired = 4,

    /// <summary>Taken back by its provider, or replaced by a correction.</summary>
    Withdrawn = 8,
}
