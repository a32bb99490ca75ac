using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Backbone.Credit.Storage;

/// <summary>
/// PostgreSQL: binary COPY straight into the table, for what is sent is new nearly always. Where something was there before (its first row shows it, or a
/// key that is taken ends the COPY at a savepoint), the batch is copied aside and what is new goes from there. Rows go in the order of
/// their entities, as the largest index has them: each of its pages is looked for once.
/// </summary>
internal static class AddNewPostgres
{
    private const string Before = "before_facts";

    private const string Direct = $"""COPY credit."facts" ({FactColumnsOfRows.Names}) FROM STDIN (FORMAT BINARY)""";

    private const string Aside = """CREATE TEMP TABLE incoming (LIKE credit."facts") ON COMMIT DROP""";

    private const string IntoAside = $"COPY incoming ({FactColumnsOfRows.Names}) FROM STDIN (FORMAT BINARY)";

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
        FactRow[] ordered = [.. rows.OrderBy(row => row.Entity, StringComparer.Ordinal)];

        // What is sent again is sent again from its beginning: asking for one row spares the table a batch of dead ones.
        return !await IsThereAsync(connection, rows[0], cancellation) && await TryDirectAsync(connection, ordered, cancellation)
            ? new KnownRow?[rows.Count]
            : await MergeAsync(connection, rows, ordered, cancellation);
    }

    /// <summary>False when a key of the batch is taken; nothing of it is in the table then.</summary>
    private static async Task<bool> TryDirectAsync(NpgsqlConnection connection, FactRow[] rows, CancellationToken cancellation)
    {
        await ExecuteAsync(connection, $"SAVEPOINT {Before}", cancellation);
        try
        {
            await CopyAsync(connection, Direct, rows, cancellation);
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            await ExecuteAsync(connection, $"ROLLBACK TO SAVEPOINT {Before}", cancellation);
            return false;
        }

        await ExecuteAsync(connection, $"RELEASE SAVEPOINT {Before}", cancellation);
        return true;
    }

    /// <summary>One INSERT from a table of the transaction, and one question for those that were there before.</summary>
    private static async Task<KnownRow?[]> MergeAsync(NpgsqlConnection connection, IReadOnlyList<FactRow> rows, FactRow[] ordered, CancellationToken cancellation)
    {
        await ExecuteAsync(connection, Aside, cancellation);
        await CopyAsync(connection, IntoAside, ordered, cancellation);
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

    private static async Task<bool> IsThereAsync(NpgsqlConnection connection, FactRow row, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = """SELECT EXISTS (SELECT 1 FROM credit."facts" WHERE "Entity" = $1 AND "Source" = $2 AND "SourceKey" = $3)""";
        command.Parameters.Add(new() { Value = row.Entity });
        command.Parameters.Add(new() { Value = row.Source });
        command.Parameters.Add(new() { Value = row.SourceKey });
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task CopyAsync(NpgsqlConnection connection, string into, FactRow[] rows, CancellationToken cancellation)
    {
        await using var copy = await connection.BeginBinaryImportAsync(into, cancellation);
        foreach (var row in rows)
        {
            await CopyAsync(copy, row, cancellation);
        }

        await copy.CompleteAsync(cancellation);
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
