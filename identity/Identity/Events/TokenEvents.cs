using System.Collections.Immutable;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;
using Backbone.Identity.Storage;

namespace Backbone.Identity.Events;

/// <summary>The events of the protocol endpoints and of the issuer's keys.</summary>
internal static class TokenEvents
{
    /// <summary>What a protocol endpoint answered. <paramref name="error"/> is the protocol's code, null for a success.</summary>
    public static AuditEvent Answered(
        EventContext context, EventKind kind, string? error, string? clientId, Guid? account, Guid? session,
        ImmutableSortedDictionary<string, string> details) => IdentityEvents.Build(context, kind, error, account, session, clientId) with
        { Details = details };

    public static AuditEvent ConsentGiven(EventContext context, Guid account, string clientId, IEnumerable<string> scopes) =>
        IdentityEvents.Build(context, IdentityKinds.ConsentGive, null, account, clientId: clientId)
            .With("auth.scope", string.Join(' ', scopes));

    public static AuditEvent ConsentRefused(EventContext context, Guid account, string clientId, IEnumerable<string> scopes) =>
        IdentityEvents.Build(context, IdentityKinds.ConsentGive, "access_denied", account, clientId: clientId)
            .With("auth.scope", string.Join(' ', scopes));

    public static AuditEvent SigningKeyCreated(EventContext context, SigningKey key) =>
        IdentityEvents.Build(context, IdentityKinds.SigningKeyCreate)
            .With("auth.key.id", key.Id).With("auth.key.algorithm", key.Algorithm);

    public static AuditEvent SigningKeyDestroyed(EventContext context, SigningKey key) =>
        IdentityEvents.Build(context, IdentityKinds.SigningKeyDestroy)
            .With("auth.key.id", key.Id).With("auth.key.algorithm", key.Algorithm);
}
