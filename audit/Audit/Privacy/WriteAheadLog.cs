using Backbone.Audit.State;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Audit.Privacy;

/// <summary>What was overwritten in SQLite's database may still stand in its write-ahead log, until that is emptied.</summary>
internal static class WriteAheadLog
{
    /// <summary>Each waits for readers to leave; in all half a second, for somebody waits for the answer.</summary>
    private const int Tries = 3;

    /// <summary>SQLite does not wait where another connection is just doing the same.</summary>
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    private const string Patience = "PRAGMA busy_timeout=100";

    /// <summary>False when somebody reads what stands in it: it is as it was. True on PostgreSQL, whose log is its operator's (docs/decisions/0013).</summary>
    public static async Task<bool> EmptyAsync(AuditDb db, TimeProvider clock, CancellationToken cancellation)
    {
        if (!db.Database.IsSqlite())
        {
            return true;
        }

        // Opening sets the usual patience again.
        await db.Database.OpenConnectionAsync(cancellation);
        try
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = Patience;
            await command.ExecuteNonQueryAsync(cancellation);
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            for (var tries = 0; tries < Tries; tries++)
            {
                // The first column says whether it was kept from it; being busy is no error here.
                if (await command.ExecuteScalarAsync(cancellation) is 0L)
                {
                    return true;
                }

                await Task.Delay(Between, clock, cancellation);
            }

            return false;
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }
}
