using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Backbone.Credit.Storage;

/// <summary>A row that is there already under the same key of the same source.</summary>
internal sealed record KnownRow(Guid Id, byte[] Hash);

/// <summary>The columns of <see cref="FactRow"/> in the order in which both engines are given them.</summary>
internal static class FactColumnsOfRows
{
    public const string Names = """
        "Entity", "Id", "Kind", "About", "Recorded", "Type", "Class", "Exclusion", "Quantity", "Decided", "BehaviourEnd", "ValidFrom", "ValidTo",
        "Document", "Authority", "Basis", "Reason", "Source", "SourceKey", "Hash"
        """;
}

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

/// <summary>PostgreSQL: binary COPY into a table of the transaction, one INSERT from there, and one question for those that were there before.</summary>
internal static class AddNewPostgres
{
    private const string Aside = """CREATE TEMP TABLE incoming (LIKE credit."facts") ON COMMIT DROP""";

    private const string Insert = $"""
        INSERT INTO credit."facts" ({FactColumnsOfRows.Names}) SELECT {FactColumnsOfRows.Names} FROM incoming
        ON CONFLICT ("Source", "SourceKey", "Entity") DO NOTHING
        """;

    private const string Find = """
        SELECT i."Id", f."Id", f."Hash" FROM incoming i
        JOIN credit."facts" f ON f."Entity" = i."Entity" AND f."Source" = i."Source" AND f."SourceKey" = i."SourceKey" WHERE f."Id" <> i."Id"
        """;

    public static async Task<KnownRow?[]> RunAsync(DbContext db, IReadOnlyList<FactRow> rows, CancellationToken cancellation)
    {
        if (rows.Count == 0)
        {
            return [];
        }

        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        await ExecuteAsync(connection, Aside, cancellation);
        await using (var copy = await connection.BeginBinaryImportAsync($"COPY incoming ({FactColumnsOfRows.Names}) FROM STDIN (FORMAT BINARY)", cancellation))
        {
            foreach (var row in rows)
            {
                await CopyAsync(copy, row, cancellation);
            }

            await copy.CompleteAsync(cancellation);
        }

        var known = new KnownRow?[rows.Count];
        if (await ExecuteAsync(connection, Insert, cancellation) == rows.Count)
        {
            return known;
        }

        var places = rows.Select((row, at) => (row.Id, at)).ToDictionary(place => place.Id, place => place.at);
        await using var find = connection.CreateCommand();
        find.CommandText = Find;
        await using DbDataReader reader = await find.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            known[places[reader.GetGuid(0)]] = new(reader.GetGuid(1), reader.GetFieldValue<byte[]>(2));
        }

        return known;
    }

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task CopyAsync(NpgsqlBinaryImporter copy, FactRow row, CancellationToken cancellation)
    {
        await copy.StartRowAsync(cancellation);
        await copy.WriteAsync(row.Entity, NpgsqlDbType.Varchar, cancellation);
        await copy.WriteAsync(row.Id, NpgsqlDbType.Uuid, cancellation);
        await copy.WriteAsync((short)row.Kind, NpgsqlDbType.Smallint, cancellation);
        await OptionalAsync(copy, row.About, NpgsqlDbType.Uuid, cancellation);
        await copy.WriteAsync(row.Recorded, NpgsqlDbType.Bigint, cancellation);
        await copy.WriteAsync(row.Type, NpgsqlDbType.Smallint, cancellation);
        await copy.WriteAsync((short)row.Class, NpgsqlDbType.Smallint, cancellation);
        await copy.WriteAsync((short)row.Exclusion, NpgsqlDbType.Smallint, cancellation);
        await copy.WriteAsync(row.Quantity, NpgsqlDbType.Bigint, cancellation);
        await copy.WriteAsync(row.Decided, NpgsqlDbType.Date, cancellation);
        await OptionalAsync(copy, row.BehaviourEnd, NpgsqlDbType.Date, cancellation);
        await OptionalAsync(copy, row.ValidFrom, NpgsqlDbType.Date, cancellation);
        await OptionalAsync(copy, row.ValidTo, NpgsqlDbType.Date, cancellation);
        await copy.WriteAsync(row.Document, NpgsqlDbType.Varchar, cancellation);
        await copy.WriteAsync(row.Authority, NpgsqlDbType.Varchar, cancellation);
        await copy.WriteAsync(row.Basis, NpgsqlDbType.Varchar, cancellation);
        await copy.WriteAsync(row.Reason, NpgsqlDbType.Varchar, cancellation);
        await copy.WriteAsync(row.Source, NpgsqlDbType.Varchar, cancellation);
        await copy.WriteAsync(row.SourceKey, NpgsqlDbType.Varchar, cancellation);
        await copy.WriteAsync(row.Hash, NpgsqlDbType.Bytea, cancellation);
    }

    private static Task OptionalAsync<T>(NpgsqlBinaryImporter copy, T? value, NpgsqlDbType type, CancellationToken cancellation)
        where T : struct => value is { } there ? copy.WriteAsync(there, type, cancellation) : copy.WriteNullAsync(cancellation);
}
