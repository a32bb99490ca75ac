using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using Backbone.Credit.Grading;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Storage;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Batch;

/// <summary>
/// Streams records of many entities, entity by entity, without objects of the object mapper. Only what a score needs is read. Everything is read
/// up to one value of the store's clock, so that what is committed meanwhile is left out.
/// </summary>
/// <param name="db">Its connection is used as long as an enumeration runs.</param>
/// <param name="shard">Entities of others are not read.</param>
internal sealed class ReadStore(CreditDb db, Shard shard)
{
    /// <summary>Entities asked for in one statement.</summary>
    private const int AtOnce = 500;

    private const string Columns =
        """f."Entity", f."Id", f."Kind", f."About", f."Recorded", f."Type", f."Class", f."Exclusion", f."Quantity", f."Decided", f."BehaviourEnd", f."ValidFrom", f."ValidTo" """;

    private string Table => db is PostgresCreditDb ? $"{CreditDb.Schema}.\"facts\"" : "\"facts\"";

    private string OfShard => shard.Condition("f.\"Entity\"", db is PostgresCreditDb);

    /// <summary>How far the store knows: what is read up to it stays the same for ever.</summary>
    public async Task<long> KnownAsync(CancellationToken cancellation) =>
        await db.Clock.AsNoTracking().Where(row => row.Id == KnowledgeClock.OnlyId).Select(row => row.Last).SingleAsync(cancellation);

    /// <summary>The newest record up to a time.</summary>
    public async Task<StoreMark> MarkAsync(long known, CancellationToken cancellation)
    {
        await using var command = await CommandAsync(
            $"""SELECT f."Recorded", f."Id" FROM {Table} f WHERE f."Recorded" <= @known ORDER BY f."Recorded" DESC, f."Id" DESC LIMIT 1""", cancellation);
        Add(command, "@known", known);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? new(reader.GetInt64(0), reader.GetFieldValue<Guid>(1)) : default;
    }

    /// <summary>Entities with records after a time and up to another, in ascending order.</summary>
    public async Task<IReadOnlyList<string>> ChangedAsync(long after, long known, CancellationToken cancellation)
    {
        await using var command = await CommandAsync($"""SELECT DISTINCT f."Entity" FROM {Table} f WHERE f."Recorded" > @after AND f."Recorded" <= @known AND {OfShard}""", cancellation);
        Add(command, "@after", after);
        Add(command, "@known", known);
        var entities = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            entities.Add(reader.GetString(0));
        }

        return entities;
    }

    /// <summary>All entities' records, in ascending order of the entities. The list is used again for the next one.</summary>
    public async IAsyncEnumerable<(string Entity, List<FactRecord> Records)> AllAsync(long known, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var command = await CommandAsync($"""SELECT {Columns} FROM {Table} f WHERE f."Recorded" <= @known AND {OfShard} ORDER BY f."Entity" """, cancellation);
        Add(command, "@known", known);
        await foreach (var one in EntitiesAsync(command, cancellation))
        {
            yield return one;
        }
    }

    /// <summary>Records of some entities, in the order of the entities, which ascends.</summary>
    public async IAsyncEnumerable<(string Entity, List<FactRecord> Records)> SomeAsync(IReadOnlyList<string> entities, long known, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var some in entities.Chunk(AtOnce))
        {
            var names = string.Join(", ", some.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"@e{i}")));
            await using var command = await CommandAsync(
                $"""SELECT {Columns} FROM {Table} f WHERE f."Entity" IN ({names}) AND f."Recorded" <= @known ORDER BY f."Entity" """, cancellation);
            Add(command, "@known", known);
            for (var i = 0; i < some.Length; i++)
            {
                Add(command, string.Create(CultureInfo.InvariantCulture, $"@e{i}"), some[i]);
            }

            await foreach (var one in EntitiesAsync(command, cancellation))
            {
                yield return one;
            }
        }
    }

    private static async IAsyncEnumerable<(string Entity, List<FactRecord> Records)> EntitiesAsync(DbCommand command, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (entity, records) = ("", new List<FactRecord>());
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var next = reader.GetString(0);
            if (next != entity)
            {
                if (records.Count > 0)
                {
                    yield return (entity, records);
                    records.Clear();
                }

                entity = next;
            }

            records.Add(RecordOf(reader));
        }

        if (records.Count > 0)
        {
            yield return (entity, records);
        }
    }

    private static FactRecord RecordOf(DbDataReader reader)
    {
        var (id, kind) = (reader.GetFieldValue<Guid>(1), (RecordKind)reader.GetInt16(2));
        var about = reader.IsDBNull(3) ? (Guid?)null : reader.GetFieldValue<Guid>(3);
        var (recorded, type, category, exclusion) = (reader.GetInt64(4), (ushort)reader.GetInt16(5), (SeverityClass)reader.GetInt16(6), (ExclusionReason)reader.GetInt16(7));
        var (quantity, decided) = (reader.GetInt64(8), reader.GetFieldValue<DateOnly>(9));
        var (behaviourEnd, from, to) = (DateOf(reader, 10), DateOf(reader, 11), DateOf(reader, 12));
        return new(
            id,
            kind,
            about,
            recorded,
            kind is RecordKind.Disputed or RecordKind.DisputeEnded or RecordKind.Repaired ? decided : null,
            kind is RecordKind.Stated or RecordKind.Corrected ? new(type, category, exclusion, new(decided, behaviourEnd, from, to), quantity, "", "", "") : null,
            "");
    }

    private static DateOnly? DateOf(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateOnly>(column);

    private async Task<DbCommand> CommandAsync(string sql, CancellationToken cancellation)
    {
        if (db.Database.GetDbConnection().State != ConnectionState.Open)
        {
            await db.Database.OpenConnectionAsync(cancellation);
        }

        var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;

        // A stream of all records takes as long as it takes; who waits no longer cancels.
        command.CommandTimeout = 0;
        return command;
    }

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }
}
