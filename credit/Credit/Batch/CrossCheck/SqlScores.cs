using Backbone.Credit.Scoring.Facts;
using DuckDB.NET.Data;

namespace Backbone.Credit.Batch.CrossCheck;

/// <summary>A score as SQL found it.</summary>
/// <param name="Rules">Points of each rule within its bounds, as <see cref="ScoreSql.Rules"/> orders them.</param>
internal readonly record struct SqlScore(int Entity, int Points, int Grade, long[] Rules);

/// <summary>Facts of some entities in an engine of its own, in memory, and their scores by SQL.</summary>
internal sealed class SqlScores : IDisposable
{
    private const string Tables = """
        CREATE TABLE entities (entity INTEGER);
        CREATE TABLE raw (entity INTEGER, type USMALLINT, class_and_marks UTINYINT, decided USMALLINT, used_from USMALLINT, used_until USMALLINT, quantity BIGINT);
        CREATE VIEW facts AS SELECT entity, type, class_and_marks & 3 AS class, class_and_marks >> 2 AS marks, DATE '1950-01-01' + decided::INTEGER AS decided,
          DATE '1950-01-01' + used_from::INTEGER AS used_from, CASE WHEN used_until < 65535 THEN DATE '1950-01-01' + used_until::INTEGER END AS used_until, quantity FROM raw;
        """;

    private readonly DuckDBConnection connection;
    private DuckDBAppender? entities;
    private DuckDBAppender? facts;

    /// <param name="memory">Bytes that the engine may use.</param>
    public SqlScores(long memory)
    {
        connection = new DuckDBConnection(FormattableString.Invariant($"Data Source=:memory:;memory_limit={memory >> 20}MiB"));
        connection.Open();
        Execute(Tables);
    }

    /// <param name="entity">The caller's number of it, ascending.</param>
    public void Add(int entity, FactColumns columns)
    {
        entities ??= connection.CreateAppender("entities");
        facts ??= connection.CreateAppender("raw");
        entities.CreateRow().AppendValue((int?)entity).EndRow();
        for (var row = 0; row < columns.Count; row++)
        {
            facts.CreateRow()
                .AppendValue((int?)entity)
                .AppendValue((ushort?)columns.Type[row])
                .AppendValue((byte?)columns.ClassAndFlags[row])
                .AppendValue((ushort?)columns.Decided[row])
                .AppendValue((ushort?)columns.From[row])
                .AppendValue((ushort?)columns.Until[row])
                .AppendValue((long?)columns.Quantity[row])
                .EndRow();
        }
    }

    /// <summary>Scores of all that were added, in ascending order; then they are forgotten.</summary>
    public IEnumerable<SqlScore> Scores(ScoreSql sql)
    {
        CloseAppenders();
        using (var command = connection.CreateCommand())
        {
            command.UseStreamingMode = true;
            command.CommandText = sql.Text;
            using var reader = command.ExecuteReader();
            var rules = new long[sql.Rules.Length];
            while (reader.Read())
            {
                for (var i = 0; i < rules.Length; i++)
                {
                    rules[i] = reader.GetInt64(3 + i);
                }

                yield return new(reader.GetInt32(0), reader.GetInt32(1), reader.GetInt32(2), rules);
            }
        }

        Execute("TRUNCATE entities; TRUNCATE raw;");
    }

    public void Dispose()
    {
        CloseAppenders();
        connection.Dispose();
    }

    private void CloseAppenders()
    {
        entities?.Dispose();
        facts?.Dispose();
        (entities, facts) = (null, null);
    }

    private void Execute(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
