using System.Diagnostics;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;
using Backbone.Credit.Cases;
using Backbone.Platform;

namespace Backbone.Credit.Packs.Keeping;

internal static class PackEvents
{
    /// <summary>The event of one step, or with a reason of its refusal.</summary>
    public static AuditEvent Of(EventKind kind, CaseActor actor, KeptPack row, TimeProvider clock, string? reason = null) => (kind.Occurred(clock, reason) with
    {
        Subject = actor.Person is { } person ? new SubjectId(person) : null,
        ClientId = actor.Client,
        Session = actor.Session,
        TraceId = Activity.Current?.TraceId.ToHexString(),
    }).With("credit.model", row.Pack).With("credit.model_version", row.Version).With("resource.digest", row.Digest).With("resource.id", row.Id.ToString("D"));

    public static PackStep Step(EventKind kind, CaseActor actor, KeptPack row, DateTimeOffset at, string reason) => new()
    {
        Id = Guid.CreateVersion7(at),
        Pack = row.Id,
        Act = kind.Action,
        At = at,
        By = actor.Person,
        Reason = reason,
    };
}
