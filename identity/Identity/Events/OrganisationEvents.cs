using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;
using Backbone.Identity.AccountPages;
using Backbone.Identity.Organisations;
using Backbone.Identity.Storage;
using Backbone.Platform;
using Microsoft.AspNetCore.Http;

namespace Backbone.Identity.Events;

internal static class OrganisationEvents
{
    public static AuditEvent Registered(HttpContext http, string code) => About(Of(http, OrganisationKinds.Register, null), code);

    /// <param name="http">The request.</param>
    /// <param name="reason">One of the kind's.</param>
    /// <param name="code">Null unless what was typed is a code of an organisation: it may be a person's number.</param>
    public static AuditEvent RegistrationRefused(HttpContext http, string reason, string? code) => About(Of(http, OrganisationKinds.Register, reason), code);

    public static AuditEvent MandateGiven(HttpContext http, Mandate mandate) => About(Of(http, OrganisationKinds.MandateGive, null), mandate);

    public static AuditEvent MandateRefused(HttpContext http, string organisation, string reason) =>
        About(Of(http, OrganisationKinds.MandateGive, reason), organisation);

    public static AuditEvent MandateEnded(EventContext context, Guid by, Mandate mandate) =>
        About(IdentityEvents.Build(context, OrganisationKinds.MandateEnd, account: by), mandate);

    public static AuditEvent EndRefused(HttpContext http, Mandate mandate, string reason) => About(Of(http, OrganisationKinds.MandateEnd, reason), mandate);

    public static AuditEvent Chosen(HttpContext http, string? organisation) => About(Of(http, OrganisationKinds.ActingChoose, null), organisation);

    public static AuditEvent ChoiceRefused(HttpContext http, string? organisation) =>
        About(Of(http, OrganisationKinds.ActingChoose, "no_mandate"), organisation);

    public static AuditEvent Used(EventContext context, ActingUse use, PowerSet powers) =>
        About(IdentityEvents.Build(context, OrganisationKinds.ActingUse, null, use.AccountId, use.SessionId, use.ClientId), use.OrganisationCode)
            .With("resource.ids", powers.All);

    public static AuditEvent UseRefused(EventContext context, Guid? account, Guid session, string? clientId, string organisation) =>
        About(IdentityEvents.Build(context, OrganisationKinds.ActingUse, "not_in_force", account, session, clientId), organisation);

    private static AuditEvent Of(HttpContext http, EventKind kind, string? reason)
    {
        var asker = Asker.Of(http.User);
        return IdentityEvents.Build(EventContext.Of(http), kind, reason, asker.Account, asker.Session);
    }

    private static AuditEvent About(AuditEvent told, string? code) => code is null ? told : told.With("subject.id", code).With("subject.kind", "organisation");

    private static AuditEvent About(AuditEvent told, Mandate mandate) =>
        About(told with { Target = new SubjectId(mandate.AccountId) }, mandate.OrganisationCode)
            .With("resource.type", mandate.Kind.ToString().ToLowerInvariant()).With("resource.id", mandate.Id.ToString("D"))
            .With("resource.ids", PowerSet.Read(mandate.Powers).All);
}
