using Backbone.Audit.Contracts;
using Backbone.Identity.Register;

namespace Backbone.Identity.Events;

/// <summary>The events of the two journeys that begin with a code. The address a person typed is in none of them, nor is the code.</summary>
internal static class RegistrationEvents
{
    /// <summary>
    /// A message was handed over. The account is the one the address belongs to, null when to nobody; the person at the browser is not told.
    /// </summary>
    public static AuditEvent CodeRequested(EventContext context, JourneyKind kind, Guid? account) =>
        IdentityEvents.Build(context, IdentityKinds.CodeRequest, null, account).With("auth.purpose", kind.Name);

    /// <summary>Reasons: "identifier_malformed", "too_many_codes".</summary>
    public static AuditEvent CodeRequestRefused(EventContext context, JourneyKind kind, string reason) =>
        IdentityEvents.Build(context, IdentityKinds.CodeRequest, reason).With("auth.purpose", kind.Name);

    public static AuditEvent CodeAccepted(EventContext context, JourneyKind kind) =>
        IdentityEvents.Build(context, IdentityKinds.CodeCheck).With("auth.purpose", kind.Name);

    /// <summary>Reasons: "code_malformed", "code_wrong", "code_dead".</summary>
    public static AuditEvent CodeRefused(EventContext context, JourneyKind kind, string reason) =>
        IdentityEvents.Build(context, IdentityKinds.CodeCheck, reason).With("auth.purpose", kind.Name);
}
