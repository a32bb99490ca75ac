using Backbone.Credit.Grading;
using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Profiles;

internal static class ReadProfiles
{
    /// <summary>All of a shard in the order of the codes, in one stream.</summary>
    public static IAsyncEnumerable<ProfileRow> OfShard(CreditDb db, Shard shard) =>
        db.Profiles.OfShard(db, shard, "profiles", "groups of organisations").AsNoTracking().OrderBy(row => row.Entity).AsAsyncEnumerable();
}
