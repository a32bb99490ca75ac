namespace Backbone.Credit.Scoring.Facts;

/// <summary>What a record of the store says. Nothing is ever changed: what was wrong is said by a later record about the first.</summary>
public enum RecordKind : byte
{
    /// <summary>A fact.</summary>
    Stated = 0,

    /// <summary>The whole content again, in the place of what was stated before.</summary>
    Corrected = 1,

    /// <summary>It should never have been stated, or its basis was revoked.</summary>
    Withdrawn = 2,

    /// <summary>An objection to it is open, from <see cref="FactRecord.Effective"/>.</summary>
    Disputed = 3,

    /// <summary>The objection is answered, and what it changed stands in records of its own.</summary>
    DisputeEnded = 4,

    /// <summary>From <see cref="FactRecord.Effective"/> it is neither shown nor used (Order 36 art. 3).</summary>
    Repaired = 5,
}

/// <summary>Why a fact stands outside the list of what may be used (Shandong ordinance art. 13).</summary>
public enum ExclusionReason : byte
{
    None = 0,
    SummaryProcedure = 1,
    MinorHarmRemoved = 2,
}

/// <summary>What a fact says.</summary>
/// <param name="Type">Number of its type in the catalogue.</param>
public sealed record FactContent(
    ushort Type, SeverityClass Class, ExclusionReason Exclusion, FactDates Dates, long Quantity, string Document, string Authority, string Basis);

/// <summary>One record of the store.</summary>
/// <param name="Id">Its own; the order of two recorded at once.</param>
/// <param name="About">The first record of the fact it is about; null for a fact.</param>
/// <param name="Recorded">When the store knew it: microseconds since 1970, never given twice to two batches, ascending as they were committed.</param>
/// <param name="Effective">For disputes and repairs: the day from which.</param>
/// <param name="Content">For what is stated or corrected; null for the others.</param>
public sealed record FactRecord(Guid Id, RecordKind Kind, Guid? About, long Recorded, DateOnly? Effective, FactContent? Content, string Reason);
