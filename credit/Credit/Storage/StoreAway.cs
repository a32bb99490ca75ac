using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Storage;

/// <summary>Tells a database that does not answer from a fault of ours: what was asked may be asked again, and nothing half is in the store.</summary>
internal static class StoreAway
{
    /// <summary>PostgreSQL's driver wraps what passes by itself.</summary>
    public static bool Is(Exception failure) => failure is DbException or DbUpdateException
        or InvalidOperationException { InnerException: DbException or DbUpdateException or TimeoutException };
}
