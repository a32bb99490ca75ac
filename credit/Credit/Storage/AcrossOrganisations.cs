using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Storage;

/// <summary>
/// Marks a query that reads more than one organisation. Every other stays in the shard of its entity (docs/sharding.md): a page or an answer about an
/// organisation must never wait for all shards.
/// </summary>
internal static class AcrossOrganisations
{
    /// <summary>Begins the comment in its SQL.</summary>
    public const string Mark = "across organisations: ";

    /// <param name="query">What reads several.</param>
    /// <param name="why">Who needs it, in a few words; seen in the database's own lists of running statements.</param>
    public static IQueryable<T> ForAllOrganisations<T>(this IQueryable<T> query, string why) => query.TagWith(Mark + why);
}
