using System.Collections.Immutable;
using Backbone.Audit.Contracts;
using Backbone.Identity.Storage;

namespace Backbone.Identity.Events;

/// <summary>The events of the protocol endpoints and of the issuer's keys.</summary>
internal static class TokenEvents
{
    /// <summary>What a protocol endpoint answered. <paramref name="error"/> is the protocol's code, null for a success.</summary>
    public static AuditEvent Answered(
        EventContext context, string action, string? error, string? clientId, Guid? account, Guid? session,
        ImmutableSortedDictionary<string, string> details) => IdentityEvents.Build(
            context, action, [EcsCategory.Authentication], [error is null ? EcsType.Allowed : EcsType.Denied], error, account, session, clientId) with
        { Details = details };

    public static AuditEvent ConsentGiven(EventContext context, Guid account, string clientId, IEnumerable<string> scopes) =>
        IdentityEvents.Build(context, "consent-give", [EcsCategory.Iam], [EcsType.Change, EcsType.Allowed], null, account, clientId: clientId)
            .With("auth.scope", string.Join(' ', scopes));

    public static AuditEvent ConsentRefused(EventContext context, Guid account, string clientId, IEnumerable<string> scopes) =>
        IdentityEvents.Build(context, "consent-give", [EcsCategory.Iam], [EcsType.Denied], "access_denied", account, clientId: clientId)
            .With("auth.scope", string.Join(' ', scopes));

    public static AuditEvent SigningKeyCreated(EventContext context, SigningKey key) =>
        IdentityEvents.Build(context, "signing-key-create", [EcsCategory.Configuration], [EcsType.Creation])
            .With("auth.key.id", key.Id).With("auth.key.algorithm", key.Algorithm);

    public static AuditEvent SigningKeyDestroyed(EventContext context, SigningKey key) =>
        IdentityEvents.Build(context, "signing-key-destroy", [EcsCategory.Configuration], [EcsType.Deletion])
            .With("auth.key.id", key.Id).With("auth.key.algorithm", key.Algorithm);
}
