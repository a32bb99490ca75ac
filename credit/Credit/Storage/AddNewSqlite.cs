using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Backbone.Credit.Storage;

/// <summary>
/// SQLite: one statement, prepared once, a call for each row; no network is between. A large batch gets a large page cache while it runs: entities
/// come in any order, and a page that falls out is written to the log once more.
/// </summary>
internal static class AddNewSqlite
{
    /// <summary>Rows of a large batch.</summary>
    private const int Large = 5_000;

    private const string Insert = $"""
        INSERT INTO "facts" ({FactColumnsOfRows.Names})
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
        ON CONFLICT ("Source", "SourceKey", "Entity") DO NOTHING
        """;

    private const string Find = """SELECT "Id", "Hash" FROM "facts" WHERE "Entity" = $1 AND "Source" = $2 AND "SourceKey" = $3""";

    public static KnownRow?[] Run(DbContext db, IReadOnlyList<FactRow> rows, CancellationToken cancellation)
    {
        var connection = (SqliteConnection)db.Database.GetDbConnection();
        var transaction = (SqliteTransaction)db.Database.CurrentTransaction!.GetDbTransaction();
        using var insert = Prepare(connection, transaction, Insert, 20);
        using var find = Prepare(connection, transaction, Find, 3);
        Execute(connection, transaction, rows.Count >= Large ? "PRAGMA cache_size = -131072" : "PRAGMA cache_size = -2000");
        var known = new KnownRow?[rows.Count];
        for (var i = 0; i < rows.Count; i++)
        {
            if (i % 1024 == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            var row = rows[i];
            Fill(insert.Parameters, row);
            if (insert.ExecuteNonQuery() == 0)
            {
                (find.Parameters[0].Value, find.Parameters[1].Value, find.Parameters[2].Value) = (row.Entity, row.Source, row.SourceKey);
                using var reader = find.ExecuteReader();
                reader.Read();
                known[i] = new(new Guid(reader.GetFieldValue<byte[]>(0)), reader.GetFieldValue<byte[]>(1));
            }
        }

        return known;
    }

    private static void Execute(SqliteConnection connection, SqliteTransaction transaction, string sql)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static SqliteCommand Prepare(SqliteConnection connection, SqliteTransaction transaction, string sql, int parameters)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        for (var i = 1; i <= parameters; i++)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
        }

        return command;
    }

    private static void Fill(SqliteParameterCollection into, FactRow row)
    {
        into[0].Value = row.Entity;
        into[1].Value = row.Id.ToByteArray();
        into[2].Value = (short)row.Kind;
        into[3].Value = (object?)row.About?.ToByteArray() ?? DBNull.Value;
        into[4].Value = row.Recorded;
        into[5].Value = row.Type;
        into[6].Value = (short)row.Class;
        into[7].Value = (short)row.Exclusion;
        into[8].Value = row.Quantity;
        into[9].Value = row.Decided;
        into[10].Value = (object?)row.BehaviourEnd ?? DBNull.Value;
        into[11].Value = (object?)row.ValidFrom ?? DBNull.Value;
        into[12].Value = (object?)row.ValidTo ?? DBNull.Value;
        into[13].Value = row.Document;
        into[14].Value = row.Authority;
        into[15].Value = row.Basis;
        into[16].Value = row.Reason;
        into[17].Value = row.Source;
        into[18].Value = row.SourceKey;
        into[19].Value = row.Hash;
    }
}
