using System.Diagnostics;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;
using Backbone.Platform;

namespace Backbone.Credit.Cases;

/// <summary>Who takes a step.</summary>
/// <param name="Person">Null for the program itself.</param>
/// <param name="Client">The pages they are at: the client's id.</param>
/// <param name="IsOrganisation">In the organisation's name; else one of the staff.</param>
internal sealed record CaseActor(Guid? Person, string Client, bool IsOrganisation, SessionId? Session = null)
{
    public static CaseActor Program { get; } = new(null, "credit", false);
}

internal static class CaseEvents
{
    /// <summary>The event of one step, or with a reason of its refusal.</summary>
    public static AuditEvent Of(EventKind kind, CaseActor actor, CaseRow row, TimeProvider clock, string? reason = null)
    {
        var told = About(kind, actor, row.Entity, clock, reason)
            .With("resource.id", row.Id.ToString("D")).With("resource.type", Word(row.Kind)).With("resource.ids", [row.Fact.ToString("D")]);
        return row.Proposed == Remedy.None ? told : told.With("credit.decision", row.Proposed.ToString().ToLowerInvariant());
    }

    /// <summary>Of something refused before there was a case.</summary>
    public static AuditEvent About(EventKind kind, CaseActor actor, string entity, TimeProvider clock, string? reason) =>
        (kind.Occurred(clock, reason) with
        {
            Subject = actor.Person is { } person ? new SubjectId(person) : null,
            ClientId = actor.Client,
            Session = actor.Session,
            TraceId = Activity.Current?.TraceId.ToHexString(),
        }).With("subject.id", entity).With("subject.kind", "organisation");

    public static string Word(CaseKind kind) => kind == CaseKind.Objection ? "objection" : "repair";
}
