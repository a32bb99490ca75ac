using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Grading;

/// <summary>All rows of a shard, which are only ever read from end to end.</summary>
internal static class ShardRows
{
    /// <param name="rows">Their set; its key is the entity.</param>
    /// <param name="db">Its database.</param>
    /// <param name="shard">Which.</param>
    /// <param name="table">Name of the set's table.</param>
    /// <param name="why">As for <see cref="AcrossOrganisations.ForAllOrganisations"/>.</param>
    public static IQueryable<T> OfShard<T>(this DbSet<T> rows, CreditDb db, Shard shard, string table, string why)
        where T : class
    {
        var postgres = db is PostgresCreditDb;
        var name = postgres ? $"{CreditDb.Schema}.\"{table}\"" : $"\"{table}\"";
#pragma warning disable EF1002 // Numbers and names of ours.
        return rows.FromSqlRaw($"SELECT * FROM {name} WHERE {shard.Condition("\"Entity\"", postgres)}").ForAllOrganisations(why);
#pragma warning restore EF1002
    }
}
