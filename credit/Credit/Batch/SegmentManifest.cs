using System.Collections.Immutable;

namespace Backbone.Credit.Batch;

/// <summary>What a segment is.</summary>
/// <param name="Format">Of the columns.</param>
/// <param name="Whole">It holds every entity; older segments say nothing more.</param>
/// <param name="Catalogue">Digest of what the catalogue says of times: <see cref="LawDays"/>.</param>
/// <param name="FedFor">The day its marks and times were read for; it serves this day and later ones, each entity until its own day.</param>
/// <param name="LawFrom">First day of the time in which the same limits hold as on <paramref name="FedFor"/>.</param>
/// <param name="LawTo">First day after; null while no change is set.</param>
/// <param name="Known">The store's clock: every record up to here is in it, or in an older segment.</param>
/// <param name="Last">The newest record of the store up to there: a store that has another is not the one it was fed from.</param>
/// <param name="Digests">SHA-256 of each column's file.</param>
internal sealed record SegmentManifest(
    int Format, bool Whole, string Catalogue, DateOnly FedFor, DateOnly LawFrom, DateOnly? LawTo, long Known, StoreMark Last, int Entities, int Facts,
    ImmutableSortedDictionary<string, string> Digests)
{
    public const int CurrentFormat = 1;

    /// <summary>Whether facts may be scored from it for a day, as far as the law goes.</summary>
    public bool Serves(DateOnly day) => day >= FedFor && day >= LawFrom && (LawTo is null || day < LawTo);
}

/// <summary>The newest record of a store up to a time; none: 0 and no id.</summary>
internal readonly record struct StoreMark(long Recorded, Guid Id);
