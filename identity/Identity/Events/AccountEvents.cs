using Backbone.Audit.Contracts;
using Backbone.Identity.AccountPages;
using Microsoft.AspNetCore.Http;

namespace Backbone.Identity.Events;

/// <summary>What people do to their own account on the account pages: subject and session are those of the request.</summary>
internal static class AccountEvents
{
    public static AuditEvent PasswordChanged(HttpContext http) => Changed(http, "password-change");

    public static AuditEvent PasswordRefused(HttpContext http, string reason) => Refused(http, "password-change", reason);

    public static AuditEvent TotpSetUp(HttpContext http, bool replaced) =>
        Changed(http, "authenticator-add").With("auth.authenticator.replaced", replaced ? "true" : "false");

    public static AuditEvent TotpRefused(HttpContext http, string reason) => Refused(http, "authenticator-add", reason);

    public static AuditEvent TotpRemoved(HttpContext http) => Changed(http, "authenticator-remove");

    public static AuditEvent RecoveryCodesRenewed(HttpContext http) => Changed(http, "recovery-codes-create");

    public static AuditEvent PasskeyAdded(HttpContext http) => Changed(http, "passkey-add");

    public static AuditEvent PasskeyRefused(HttpContext http, string reason) => Refused(http, "passkey-add", reason);

    public static AuditEvent PasskeyRenamed(HttpContext http) => Changed(http, "passkey-rename");

    public static AuditEvent PasskeyRemoved(HttpContext http) => Changed(http, "passkey-remove");

    /// <summary>Staff tried to remove their last second factor: "authenticator-remove" or "passkey-remove".</summary>
    public static AuditEvent LastFactorKept(HttpContext http, string action) => Refused(http, action, "last_second_factor");

    /// <summary>A person took back what an app was allowed; its tokens ended with it.</summary>
    public static AuditEvent ConsentWithdrawn(HttpContext http, string clientId)
    {
        var asker = Asker.Of(http.User);
        return IdentityEvents.Build(
            EventContext.Of(http), "consent-withdraw", [EcsCategory.Iam], [EcsType.Change, EcsType.Deletion],
            account: asker.Account, session: asker.Session, clientId: clientId);
    }

    private static AuditEvent Changed(HttpContext http, string action)
    {
        var asker = Asker.Of(http.User);
        return IdentityEvents.CredentialChanged(EventContext.Of(http), action, asker.Account, asker.Session);
    }

    private static AuditEvent Refused(HttpContext http, string action, string reason)
    {
        var asker = Asker.Of(http.User);
        return IdentityEvents.CredentialRefused(EventContext.Of(http), action, asker.Account, reason, asker.Session);
    }
}
