using System.Security.Cryptography;
using System.Text;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;
using Backbone.Audit.Outbox;
using Backbone.Credit.Cases;
using Backbone.Credit.Storage;
using Backbone.Platform;

namespace Backbone.Credit.PriorNotices;

internal static class NoticeEvents
{
    private const string Type = "prior-notice";

    /// <summary>An organisation may have thousands of facts, and the log takes events of a bounded length: so many are named, the digest is over all.</summary>
    private const int NamedFacts = 100;

    /// <summary>The event of a step, or with a reason of its refusal.</summary>
    public static AuditEvent Of(EventKind kind, CaseActor actor, PriorNotice notice, TimeProvider clock, string? reason = null)
    {
        var pack = notice.Pack.Split(' ');
        var facts = notice.FactIds.Order(StringComparer.Ordinal).ToList();
        var told = CaseEvents.About(kind, actor, notice.Entity, clock, reason)
            .With("resource.id", notice.Id.ToString("D")).With("resource.type", Type)
            .With("resource.ids", [.. facts.Take(NamedFacts)]).With("resource.count", facts.Count).With("credit.input_digest", DigestOf(facts))
            .With("credit.score_band", notice.Grade).With("purpose.code", notice.Purpose)
            .With("credit.model", pack[0]).With("credit.model_version", pack[^1]).With("resource.digest", notice.PackDigest);
        return notice.Before is { } before ? told.With("resource.removed", [before]) : told;
    }

    /// <summary>SHA-256, hexadecimal, over all ids in order, joined by line feeds.</summary>
    private static string DigestOf(IEnumerable<string> facts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', facts))));

    /// <summary>Adds a step to its history, with its event; saved with what it tells of.</summary>
    /// <param name="assigned">The officer whom it tells something.</param>
    public static void Note(CreditDb db, EventKind kind, CaseActor actor, PriorNotice notice, TimeProvider clock, string reason = "", Guid? assigned = null)
    {
        var now = clock.GetUtcNow();
        db.CaseSteps.Add(new CaseStep
        {
            Entity = notice.Entity,
            Id = Guid.CreateVersion7(now),
            Case = notice.Id,
            Act = kind.Action,
            At = now,
            By = actor.Person,
            IsOrganisation = actor.IsOrganisation,
            Reason = reason,
        });
        db.Record(Of(kind, actor, notice, clock) with { Target = assigned is { } officer ? new SubjectId(officer) : null });
    }
}
