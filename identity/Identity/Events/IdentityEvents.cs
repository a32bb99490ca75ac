using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;
using Backbone.Platform;

namespace Backbone.Identity.Events;

/// <summary>
/// Identity's audit events, one method per act, built from <see cref="IdentityKinds"/>. Success and refusal of one act share the kind and
/// differ by outcome and reason. No personal data: people by id, addresses by commitment, sign-in names never.
/// </summary>
internal static class IdentityEvents
{
    public static AuditEvent SignIn(EventContext context, Guid account, Guid session, string methods) =>
        Build(context, IdentityKinds.SignIn, null, account, session).With("auth.methods", methods);

    /// <summary>The account is null when the name belongs to nobody.</summary>
    public static AuditEvent SignInRefused(EventContext context, Guid? account, string reason, string method) =>
        Build(context, IdentityKinds.SignIn, reason, account).With("auth.methods", method);

    /// <summary>First factor right, second asked for: no session yet.</summary>
    public static AuditEvent FirstFactorAccepted(EventContext context, Guid account) => Build(context, IdentityKinds.FirstFactor, null, account);

    public static AuditEvent StepUp(EventContext context, Guid account, Guid session, string methods) =>
        Build(context, IdentityKinds.StepUp, null, account, session).With("auth.methods", methods);

    /// <summary>End of a session, with a reason of <see cref="Sessions.SessionEnd"/>.</summary>
    public static AuditEvent SessionEnded(EventContext context, Guid account, Guid session, string reason) =>
        Build(context, IdentityKinds.SessionEnd, null, account, session).With("auth.session.end_reason", reason);

    public static AuditEvent AccountCreated(EventContext context, Guid account, string kind) =>
        Build(context, IdentityKinds.AccountCreate, null, account).With("auth.account.kind", kind);

    public static AuditEvent RegistrationRefused(EventContext context, string reason) => Build(context, IdentityKinds.AccountCreate, reason);

    public static AuditEvent RolesAssigned(EventContext context, Guid? actor, Guid target, IEnumerable<string> roles) =>
        (Build(context, IdentityKinds.RoleAssign, null, actor) with { Target = new SubjectId(target) })
        .With("auth.roles", string.Join(' ', roles.Order(StringComparer.Ordinal)));

    public static AuditEvent AccountDisabled(EventContext context, Guid? actor, Guid target) =>
        Build(context, IdentityKinds.AccountDisable, null, actor) with { Target = new SubjectId(target) };

    public static AuditEvent AccountEnabled(EventContext context, Guid? actor, Guid target) =>
        Build(context, IdentityKinds.AccountEnable, null, actor) with { Target = new SubjectId(target) };

    /// <summary>Refused before it happened.</summary>
    public static AuditEvent RolesRefused(EventContext context, Guid? actor, Guid target, string reason) =>
        Build(context, IdentityKinds.RoleAssign, reason, actor) with { Target = new SubjectId(target) };

    /// <summary>Any change of how the person proves who they are: one of the credential kinds.</summary>
    public static AuditEvent CredentialChanged(EventContext context, EventKind kind, Guid account, Guid? session = null) =>
        Build(context, kind, null, account, session);

    public static AuditEvent CredentialRefused(EventContext context, EventKind kind, Guid? account, string reason, Guid? session = null) =>
        Build(context, kind, reason, account, session);

    /// <summary>The common part. A reason means refusal.</summary>
    public static AuditEvent Build(
        EventContext context, EventKind kind, string? reason = null, Guid? account = null, Guid? session = null, string? clientId = null) =>
        kind.Occurred(context.Clock, reason) with
        {
            Subject = account is { } id ? new SubjectId(id) : null,
            Session = session is { } sid ? new SessionId(sid) : null,
            ClientId = clientId,
            SourceCommitment = context.SourceCommitment,
            TraceId = context.TraceId,
        };
}
