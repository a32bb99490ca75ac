using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Reports;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Storage;
using Backbone.Platform.Entities;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Sealed;

/// <summary>Why a fact is not in view and use any more.</summary>
internal enum LeftBy
{
    Withdrawn,
    Repaired,
    Expired,
}

/// <param name="Type">Null when the catalogue knows it no more.</param>
/// <param name="On">Since when it has left; of a withdrawal the day it was recorded.</param>
/// <param name="Records">The rows about it in their order, as they were written.</param>
internal sealed record SealedFact(ReadFact Fact, CatalogueType? Type, LeftBy By, DateOnly On, ImmutableArray<FactRow> Records);

/// <summary>What left view and use of one organisation's record, each with every row about it: enough to score anew as was known at any time.</summary>
internal sealed record SealedCopy(EntityCode Entity, long Known, ImmutableArray<SealedFact> Facts)
{
    public static async Task<SealedCopy> ReadAsync(CreditDb db, FactCatalogue catalogue, EntityCode entity, DateOnly today, CancellationToken cancellation)
    {
        var records = await ReadRecords.OfAsync(db, entity, cancellation);
        var code = entity.ToString();
        var rows = await db.Facts.AsNoTracking().Where(row => row.Entity == code && row.Recorded <= records.Known).OrderBy(row => row.Recorded).ThenBy(row => row.Id).ToListAsync(cancellation);
        var byFact = rows.ToLookup(row => row.About ?? row.Id);
        return new(entity, records.Known,
        [
            .. ReadFacts.AsOf(records.Records, today, records.Known).Select(fact => Of(fact, catalogue, today, byFact[fact.Id])).OfType<SealedFact>()
                .OrderByDescending(one => one.On).ThenBy(one => one.Fact.Id),
        ]);
    }

    /// <summary>How and since when a fact has left view and use; null for one that has not.</summary>
    public static (LeftBy By, DateOnly On)? LeftOf(ReadFact fact, FactCatalogue catalogue, DateOnly today)
    {
        var until = catalogue.Find(fact.Content.Type) is { } type ? catalogue.TimeOf(type, fact.Content.Dates, fact.Content.Class, today).Until : null;
        return (fact.Marks & FactMarks.Withdrawn) != 0 ? (LeftBy.Withdrawn, DayOf(fact.Records.Last(record => record.Kind == RecordKind.Withdrawn).Recorded))
            : (fact.Marks & FactMarks.Repaired) != 0 ? (LeftBy.Repaired, fact.RepairedFrom!.Value)
            : until <= today ? (LeftBy.Expired, until.Value)
            : null;
    }

    private static SealedFact? Of(ReadFact fact, FactCatalogue catalogue, DateOnly today, IEnumerable<FactRow> rows) =>
        LeftOf(fact, catalogue, today) is { } left
            ? new(fact, catalogue.Find(fact.Content.Type), left.By, left.On, [.. rows])
            : null;

    /// <summary>As JSON: every row with the hash that the store has had since it came.</summary>
    public byte[] ToBytes()
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("entity", Entity.ToString());
            json.WriteString("known", KnowledgeTime.Write(Known));
            json.WriteStartArray("facts");
            foreach (var fact in Facts)
            {
                json.WriteStartObject();
                json.WriteString("id", fact.Fact.Id);
                json.WriteString("type", fact.Type?.Type.Code ?? "");
                json.WriteString("left", Word(fact.By));
                json.WriteString("leftOn", Day(fact.On));
                json.WriteStartArray("records");
                foreach (var row in fact.Records)
                {
                    Write(json, row);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    public static string DigestOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static void Write(Utf8JsonWriter json, FactRow row)
    {
        json.WriteStartObject();
        json.WriteString("id", row.Id);
        json.WriteString("kind", Word(row.Kind));
        json.WriteString("recorded", KnowledgeTime.Write(row.Recorded));
        json.WriteString("class", Word(row.Class));
        json.WriteNumber("quantity", row.Quantity);
        json.WriteString("decided", Day(row.Decided));
        foreach (var (name, date) in new[] { ("behaviourEnd", row.BehaviourEnd), ("validFrom", row.ValidFrom), ("validTo", row.ValidTo) })
        {
            if (date is { } day)
            {
                json.WriteString(name, Day(day));
            }
        }

        foreach (var (name, text) in new[]
        {
            ("document", row.Document), ("authority", row.Authority), ("basis", row.Basis), ("reason", row.Reason), ("source", row.Source), ("sourceKey", row.SourceKey),
            ("hash", Convert.ToHexStringLower(row.Hash)),
        })
        {
            json.WriteString(name, text);
        }

        json.WriteEndObject();
    }

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private static DateOnly DayOf(long recorded) => ChinaDay.Of(KnowledgeTime.At(recorded));

    private static string Day(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);
}
