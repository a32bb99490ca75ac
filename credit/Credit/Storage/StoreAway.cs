using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Backbone.Credit.Storage;

/// <summary>Tells a database that does not answer from a fault of ours: what was asked may be asked again, and nothing half is in the store.</summary>
internal static class StoreAway
{
    /// <summary>https://www.sqlite.org/rescode.html#constraint</summary>
    private const int SqliteConstraint = 19;

    /// <summary>PostgreSQL's driver wraps what passes by itself.</summary>
    public static bool Is(Exception failure) => failure is DbException or DbUpdateException
        or InvalidOperationException { InnerException: DbException or DbUpdateException or TimeoutException };

    /// <summary>It answers, and takes a row neither now nor later: a constraint forbids it, or a value does not fit.</summary>
    public static bool RefusesRow(Exception failure) => failure is DbUpdateException
    {
        InnerException: PostgresException { SqlState: ['2', '2' or '3', ..] } or SqliteException { SqliteErrorCode: SqliteConstraint },
    };
}
