using Backbone.Audit.Contracts;
using Backbone.Identity.AccountPages;
using Microsoft.AspNetCore.Http;

namespace Backbone.Identity.Events;

/// <summary>How more becomes known of a person. No name and no number is in any of them.</summary>
internal static class PersonEvents
{
    public static AuditEvent RealNameVerified(HttpContext http, string source) => Build(http, null).With("auth.method", source);

    public static AuditEvent RealNameRefused(HttpContext http, string reason) => Build(http, reason);

    public static AuditEvent ContactVerified(HttpContext http) => Contact(http, null);

    public static AuditEvent ContactRefused(HttpContext http, string reason) => Contact(http, reason);

    private static AuditEvent Contact(HttpContext http, string? reason)
    {
        var asker = Asker.Of(http.User);
        return IdentityEvents.Build(EventContext.Of(http), PersonKinds.ContactVerify, reason, asker.Account, asker.Session);
    }

    private static AuditEvent Build(HttpContext http, string? reason)
    {
        var asker = Asker.Of(http.User);
        return IdentityEvents.Build(EventContext.Of(http), PersonKinds.RealNameVerify, reason, asker.Account, asker.Session);
    }
}
