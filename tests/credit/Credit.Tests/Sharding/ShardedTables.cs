using System.Text;
using Npgsql;

namespace Backbone.Credit.Tests.Sharding;

/// <summary>
/// Cuts credit's tables into shards as Citus would, by a hash of the entity, with PostgreSQL's own partitions: its planner then tells of each
/// statement which shards it touches. A key without the entity in it cannot be made there, as it could not with Citus.
/// </summary>
internal static class ShardedTables
{
    public const int Shards = 8;

    /// <summary>Those of docs/sharding.md; the others are the same on every node.</summary>
    public static readonly string[] Distributed = ["facts", "answered_queries", "cases", "case_steps", "case_files", "grades", "grade_changes", "prior_notices", "profiles", "sealed_openings", "subscriptions", "deliveries", "notices"];

    public static async Task CutAsync(string database, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(cancellation);
        foreach (var table in Distributed)
        {
            await CutAsync(connection, table, cancellation);
        }
    }

    private static async Task CutAsync(NpgsqlConnection connection, string table, CancellationToken cancellation)
    {
        var keys = new StringBuilder();
        await using (var read = new NpgsqlCommand(
            """
            SELECT c.conname, pg_get_constraintdef(c.oid), NULL FROM pg_constraint c WHERE c.conrelid = ('credit.' || $1)::regclass AND c.contype = 'p'
            UNION ALL
            SELECT i.indexname, NULL, i.indexdef FROM pg_indexes i WHERE i.schemaname = 'credit' AND i.tablename = $1
              AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conrelid = ('credit.' || $1)::regclass AND c.conname = i.indexname)
            """,
            connection))
        {
            read.Parameters.Add(new() { Value = table });
            await using var reader = await read.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                keys.AppendLine(await reader.IsDBNullAsync(2, cancellation)
                    ? $"ALTER TABLE credit.{table} ADD CONSTRAINT \"{reader.GetString(0)}\" {reader.GetString(1)};"
                    : reader.GetString(2) + ";");
            }
        }

        var parts = string.Concat(Enumerable.Range(0, Shards).Select(part =>
            $"CREATE TABLE credit.{table}_shard{part} PARTITION OF credit.{table} FOR VALUES WITH (MODULUS {Shards}, REMAINDER {part});\n"));
        await using var cut = new NpgsqlCommand(
            $"""
            ALTER TABLE credit.{table} RENAME TO {table}_whole;
            CREATE TABLE credit.{table} (LIKE credit.{table}_whole INCLUDING DEFAULTS INCLUDING IDENTITY) PARTITION BY HASH ("Entity");
            {parts}
            INSERT INTO credit.{table} SELECT * FROM credit.{table}_whole;
            DROP TABLE credit.{table}_whole;
            {keys}
            """,
            connection);
        await cut.ExecuteNonQueryAsync(cancellation);
    }
}
