using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Backbone.Platform.Storage;

/// <summary>
/// Every SQLite connection: write-ahead log, and a commit returns only after fsync (<c>synchronous=FULL</c>), because an answered sign-out
/// must survive a power cut. The busy timeout waits inside SQLite instead of in the provider's 150 ms steps.
/// </summary>
/// <param name="further">What the module's database wants besides: <see cref="ModuleDatabaseNames.SqlitePragmas"/>.</param>
internal sealed class SqliteDurability(string further) : DbConnectionInterceptor
{
    private readonly string pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=10000; " + further;

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        if (IsLook(connection))
        {
            return;
        }

        using var command = connection.CreateCommand();
        command.CommandText = pragmas;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        if (IsLook(connection))
        {
            return;
        }

        await using var command = connection.CreateCommand();
        command.CommandText = pragmas;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>EF Core looks whether the database exists; a file that a killed start left before its first page cannot become WAL read-only.</summary>
    private static bool IsLook(DbConnection connection) => connection.ConnectionString.Contains("Mode=ReadOnly", StringComparison.OrdinalIgnoreCase);
}
