using System.Collections.Immutable;
using Backbone.Audit.Contracts;
using Backbone.Platform;

namespace Backbone.Identity.Events;

/// <summary>
/// Identity's audit events, one method per act. Success and refusal of one act share the action and differ by outcome and reason. No
/// personal data: people by id, addresses by commitment, sign-in names never.
/// </summary>
internal static class IdentityEvents
{
    public static AuditEvent SignIn(EventContext context, Guid account, Guid session, string methods) => Build(
        context, "sign-in", [EcsCategory.Authentication, EcsCategory.Session], [EcsType.Start], null, account, session)
        .With("auth.methods", methods);

    /// <summary>The account is null when the name belongs to nobody.</summary>
    public static AuditEvent SignInRefused(EventContext context, Guid? account, string reason, string method) => Build(
        context, "sign-in", [EcsCategory.Authentication], [EcsType.Start, EcsType.Denied], reason, account)
        .With("auth.methods", method);

    /// <summary>First factor right, second asked for: no session yet.</summary>
    public static AuditEvent FirstFactorAccepted(EventContext context, Guid account) => Build(
        context, "first-factor", [EcsCategory.Authentication], [EcsType.Info, EcsType.Allowed], null, account);

    public static AuditEvent StepUp(EventContext context, Guid account, Guid session, string methods) => Build(
        context, "step-up", [EcsCategory.Authentication, EcsCategory.Session], [EcsType.Change], null, account, session)
        .With("auth.methods", methods);

    /// <summary>End of a session: "signed-out", "ended-elsewhere", "idle", "expired", "password-changed", "administrator", "replaced".</summary>
    public static AuditEvent SessionEnded(EventContext context, Guid account, Guid session, string reason) => Build(
        context, "session-end", [EcsCategory.Session], [EcsType.End], null, account, session)
        .With("auth.session.end_reason", reason);

    public static AuditEvent AccountCreated(EventContext context, Guid account, string kind) => Build(
        context, "account-create", [EcsCategory.Iam], [EcsType.Creation, EcsType.User], null, account)
        .With("auth.account.kind", kind);

    public static AuditEvent RolesAssigned(EventContext context, Guid? actor, Guid target, IEnumerable<string> roles) =>
        (Build(context, "role-assign", [EcsCategory.Iam], [EcsType.Change, EcsType.User], null, actor) with
        { Target = new SubjectId(target) })
        .With("auth.roles", string.Join(' ', roles.Order(StringComparer.Ordinal)));

    /// <summary>Refused before it happened: "administrator_roles_exclude_each_other", "unknown_role", "citizen".</summary>
    public static AuditEvent RolesRefused(EventContext context, Guid? actor, Guid target, string reason) =>
        Build(context, "role-assign", [EcsCategory.Iam], [EcsType.Change, EcsType.Denied], reason, actor) with { Target = new SubjectId(target) };

    /// <summary>
    /// Any change of how the person proves who they are. Actions: "password-change", "password-reset", "authenticator-add",
    /// "authenticator-remove", "recovery-codes-create", "recovery-code-use", "passkey-add", "passkey-rename", "passkey-remove".
    /// </summary>
    public static AuditEvent CredentialChanged(EventContext context, string action, Guid account, Guid? session = null) =>
        Build(context, action, [EcsCategory.Iam], [EcsType.Change, EcsType.User], null, account, session);

    public static AuditEvent CredentialRefused(EventContext context, string action, Guid? account, string reason, Guid? session = null) =>
        Build(context, action, [EcsCategory.Iam], [EcsType.Change, EcsType.Denied], reason, account, session);

    /// <summary>A message was handed to the notice sender: purpose "register", "recover", "already-registered" …</summary>
    public static AuditEvent NoticeSent(EventContext context, string purpose, Guid? account) => Build(
        context, "notice-send", [EcsCategory.Iam], [EcsType.Info], null, account)
        .With("auth.notice.purpose", purpose);

    public static AuditEvent NoticeRefused(EventContext context, string purpose, string reason) => Build(
        context, "notice-send", [EcsCategory.Iam], [EcsType.Info, EcsType.Denied], reason)
        .With("auth.notice.purpose", purpose);

    public static AuditEvent RegistrationRefused(EventContext context, string reason) => Build(
        context, "account-create", [EcsCategory.Iam], [EcsType.Creation, EcsType.Denied], reason);

    /// <summary>The common part. Use it for acts of other areas too; a reason means refusal.</summary>
    public static AuditEvent Build(
        EventContext context,
        string action,
        ImmutableArray<string> category,
        ImmutableArray<string> type,
        string? reason = null,
        Guid? account = null,
        Guid? session = null,
        string? clientId = null) => new()
        {
            Id = EventId.New(context.Clock),
            Timestamp = context.Clock.GetUtcNow(),
            Action = action,
            Category = category,
            Type = type,
            Outcome = reason is null ? AuditOutcome.Success : AuditOutcome.Failure,
            Reason = reason,
            Module = "identity",
            Subject = account is { } id ? new SubjectId(id) : null,
            Session = session is { } sid ? new SessionId(sid) : null,
            ClientId = clientId,
            SourceCommitment = context.SourceCommitment,
            TraceId = context.TraceId,
        };

    public static AuditEvent With(this AuditEvent auditEvent, string name, string value) =>
        auditEvent with { Details = auditEvent.Details.SetItem(name, value) };
}
