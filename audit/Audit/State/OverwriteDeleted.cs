using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Backbone.Audit.State;

/// <summary>
/// SQLite overwrites what is deleted or moved, on every connection: a key that once stood in a page which was then divided must not be left in
/// what that page no longer uses.
/// </summary>
internal sealed class OverwriteDeleted : DbConnectionInterceptor
{
    private const string Pragma = "PRAGMA secure_delete=ON";

    public static OverwriteDeleted Instance { get; } = new();

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        if (connection is SqliteConnection)
        {
            using var command = connection.CreateCommand();
            command.CommandText = Pragma;
            command.ExecuteNonQuery();
        }
    }

    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        if (connection is SqliteConnection)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = Pragma;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
