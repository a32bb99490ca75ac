using System.Collections.Immutable;

namespace Backbone.Credit.Scoring.Facts;

/// <summary>A fact as one reading gives it.</summary>
/// <param name="Id">Of the record that first stated it.</param>
/// <param name="Content">What the last record about it says.</param>
/// <param name="Marks">What holds on the day read for.</param>
/// <param name="RepairedFrom">The day of a repair that is known, whether or not it has come.</param>
/// <param name="Records">All records about it that the reading knows, in their order.</param>
public sealed record ReadFact(Guid Id, FactContent Content, FactMarks Marks, DateOnly? RepairedFrom, ImmutableArray<FactRecord> Records);

/// <summary>
/// Reads an entity's records as of a day and a state of knowledge. Two readings, and no third: as known then, which an auditor asks for, and as
/// corrected now, which the entity has a right to. The order in which records come has no meaning.
/// </summary>
public static class ReadFacts
{
    /// <summary>Every record there is.</summary>
    public const long Now = long.MaxValue;

    /// <param name="records">All records of one entity; those not yet known are left out here.</param>
    /// <param name="validOn">The day the reading is for.</param>
    /// <param name="known">Microseconds since 1970; <see cref="Now"/> for as corrected now.</param>
    public static ImmutableArray<ReadFact> AsOf(IEnumerable<FactRecord> records, DateOnly validOn, long known)
    {
        var ordered = records.Where(record => record.Recorded <= known).OrderBy(record => record.Recorded).ThenBy(record => record.Id).ToArray();
        var about = ordered.Where(record => record.About is not null).ToLookup(record => record.About!.Value);
        return
        [
            .. ordered.Where(record => record is { About: null, Kind: RecordKind.Stated, Content: not null })
                .Select(stated => Read(stated, [stated, .. about[stated.Id]], validOn)),
        ];
    }

    private static ReadFact Read(FactRecord stated, ImmutableArray<FactRecord> records, DateOnly validOn)
    {
        var (content, marks) = (stated.Content!, FactMarks.None);
        DateOnly? repaired = null;
        foreach (var record in records)
        {
            switch (record.Kind)
            {
                case RecordKind.Corrected:
                    content = record.Content ?? content;
                    break;
                case RecordKind.Withdrawn:
                    marks |= FactMarks.Withdrawn;
                    break;
                case RecordKind.Disputed when record.Effective <= validOn:
                    marks |= FactMarks.Disputed;
                    break;
                case RecordKind.DisputeEnded when record.Effective <= validOn:
                    marks &= ~FactMarks.Disputed;
                    break;
                case RecordKind.Repaired when repaired is null || record.Effective < repaired:
                    repaired = record.Effective;
                    break;
                default:
                    break;
            }
        }

        if (repaired <= validOn)
        {
            marks |= FactMarks.Repaired;
        }

        if (content.Exclusion != ExclusionReason.None)
        {
            marks |= FactMarks.Excluded;
        }

        return new ReadFact(stated.Id, content, marks, repaired, records);
    }
}
