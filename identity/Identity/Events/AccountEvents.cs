using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;
using Backbone.Identity.AccountPages;
using Microsoft.AspNetCore.Http;

namespace Backbone.Identity.Events;

/// <summary>What people do to their own account on the account pages: subject and session are those of the request.</summary>
internal static class AccountEvents
{
    public static AuditEvent PasswordChanged(HttpContext http) => Changed(http, IdentityKinds.PasswordChange);

    public static AuditEvent PasswordRefused(HttpContext http, string reason) => Refused(http, IdentityKinds.PasswordChange, reason);

    public static AuditEvent TotpSetUp(HttpContext http, bool replaced) =>
        Changed(http, IdentityKinds.AuthenticatorAdd).With("auth.authenticator.replaced", replaced ? "true" : "false");

    public static AuditEvent TotpRefused(HttpContext http, string reason) => Refused(http, IdentityKinds.AuthenticatorAdd, reason);

    public static AuditEvent TotpRemoved(HttpContext http) => Changed(http, IdentityKinds.AuthenticatorRemove);

    public static AuditEvent RecoveryCodesRenewed(HttpContext http) => Changed(http, IdentityKinds.RecoveryCodesCreate);

    public static AuditEvent PasskeyAdded(HttpContext http) => Changed(http, IdentityKinds.PasskeyAdd);

    public static AuditEvent PasskeyRefused(HttpContext http, string reason) => Refused(http, IdentityKinds.PasskeyAdd, reason);

    public static AuditEvent PasskeyRenamed(HttpContext http) => Changed(http, IdentityKinds.PasskeyRename);

    public static AuditEvent PasskeyRemoved(HttpContext http) => Changed(http, IdentityKinds.PasskeyRemove);

    /// <summary>Staff tried to remove their last second factor, an authenticator or a passkey.</summary>
    public static AuditEvent LastFactorKept(HttpContext http, EventKind kind) => Refused(http, kind, "last_second_factor");

    /// <summary>A person took back what an app was allowed; its tokens ended with it.</summary>
    public static AuditEvent ConsentWithdrawn(HttpContext http, string clientId)
    {
        var asker = Asker.Of(http.User);
        return IdentityEvents.Build(
            EventContext.Of(http), IdentityKinds.ConsentWithdraw, account: asker.Account, session: asker.Session, clientId: clientId);
    }

    private static AuditEvent Changed(HttpContext http, EventKind kind)
    {
        var asker = Asker.Of(http.User);
        return IdentityEvents.CredentialChanged(EventContext.Of(http), kind, asker.Account, asker.Session);
    }

    private static AuditEvent Refused(HttpContext http, EventKind kind, string reason)
    {
        var asker = Asker.Of(http.User);
        return IdentityEvents.CredentialRefused(EventContext.Of(http), kind, asker.Account, reason, asker.Session);
    }
}
