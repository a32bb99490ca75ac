using System.Text;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Facts;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Storage;
using Backbone.Credit.Telling;
using Backbone.Platform.Entities;

namespace Backbone.Credit.Cases;

/// <summary>What a case writes into the store of facts: marks and remedies are records like all others, of this module as their source.</summary>
internal static class CaseRecords
{
    /// <summary>No program can be called so: a client's id has no dot.</summary>
    public const string Source = "credit.cases";

    /// <summary>From this day the fact is marked as disputed.</summary>
    public static FactDraft Disputed(CaseRow row, DateOnly today) => Mark(row, RecordKind.Disputed, today, "");

    /// <summary>What follows when a case is closed, in the order of the records.</summary>
    public static IEnumerable<FactDraft> Closing(CaseRow row, FactContent? corrected, DateOnly today)
    {
        var reason = row.ProposedReason ?? "";
        if (row.State == CaseState.Granted)
        {
            switch (row.Proposed)
            {
                case Remedy.Correction:
                    yield return Draft(row, RecordKind.Corrected, corrected, null, reason);
                    break;
                case Remedy.Withdrawal:
                    yield return Draft(row, RecordKind.Withdrawn, null, null, reason);
                    break;
                case Remedy.Repair:
                    yield return Draft(row, RecordKind.Repaired, null, today, reason);
                    break;
                default:
                    throw new InvalidOperationException($"Case {row.Id:D} was granted without a remedy.");
            }
        }

        if (row.Kind == CaseKind.Objection)
        {
            yield return Mark(row, RecordKind.DisputeEnded, today, "");
        }
    }

    /// <summary>Writes them, with the messages to those who are told of changes, within the current transaction.</summary>
    /// <exception cref="InvalidOperationException">One of them is there already: the case was closed twice.</exception>
    public static async Task WriteAsync(CreditDb db, CaseRow row, IReadOnlyList<FactDraft> drafts, TimeProvider clock, CancellationToken cancellation)
    {
        if (drafts.Count == 0)
        {
            return;
        }

        var recorded = await MoveKnowledgeClock.RunAsync(db, clock, cancellation);
        var known = await db.AddNewAsync([.. drafts.Select(draft => StoreFacts.RowOf(draft, Source, row.Fact, recorded, clock.GetUtcNow()))], cancellation);
        if (known.Any(one => one is not null))
        {
            throw new InvalidOperationException($"A record of case {row.Id:D} is in the store already.");
        }

        await TellSubscribers.OfFactsAsync(db, row.Entity, recorded, clock, cancellation);
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>The content of a proposed correction; null with the violations when it is none by the catalogue.</summary>
    public static (FactContent? Content, IReadOnlyList<FactViolation> Violations) Read(string content, FactCatalogue catalogue, DateOnly today)
    {
        var outcome = ReadDraft.Read(Encoding.UTF8.GetBytes(content), catalogue, today);
        return (outcome.Draft?.Content, outcome.Violations);
    }

    private static FactDraft Mark(CaseRow row, RecordKind kind, DateOnly effective, string reason) => Draft(row, kind, null, effective, reason);

    private static FactDraft Draft(CaseRow row, RecordKind kind, FactContent? content, DateOnly? effective, string reason)
    {
        var key = $"{row.Id:N}/{kind}";
        return new FactDraft(
            EntityCode.Parse(row.Entity), key, kind, null, content, effective, reason,
            ReadDraft.HashOf(row.Entity, key, kind, row.Fact.ToString("D"), content, reason, effective));
    }
}
