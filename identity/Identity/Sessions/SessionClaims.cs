namespace Backbone.Identity.Sessions;

/// <summary>The claims of a signed-in person inside this host. They leave it only through the protocol's own claim rules.</summary>
internal static class SessionClaims
{
    /// <summary>Authentication scheme of the browser session.</summary>
    public const string Scheme = "Backbone.Session";

    /// <summary>Account id, Guid "D".</summary>
    public const string Subject = "sub";

    /// <summary>Session id, Guid "D".</summary>
    public const string Session = "sid";

    /// <summary>RFC 8176 method, one claim each.</summary>
    public const string Method = "amr";

    /// <summary>Unix seconds of the last proof of who the person is.</summary>
    public const string AuthenticatedAt = "auth_time";

    public const string Name = "name";

    public const string Role = "role";

    /// <summary>The code of the organisation the session acts for, while the person may; absent for themselves.</summary>
    public const string Organisation = "organisation";

    /// <summary>Its name, for the bar of our own pages (<c>PageContext.ActingFor</c>).</summary>
    public const string OrganisationName = "organisation_name";
}

/// <summary>RFC 8176 authentication methods used here.</summary>
internal static class SignInMethods
{
    public const string Password = "pwd";
    public const string OneTimePassword = "otp";
    public const string MultiFactor = "mfa";

    /// <summary>A recovery code: knowledge-based second factor.</summary>
    public const string RecoveryCode = "kba";

    /// <summary>Passkey: proof of possession of a key, with user presence or verification at the authenticator.</summary>
    public const string Passkey = "hwk";

    /// <summary>A passkey kept in step over several devices: a key no single piece of hardware holds.</summary>
    public const string SyncedPasskey = "swk";
    public const string UserPresence = "user";
}

/// <summary>Why a session ended (<see cref="Storage.Session.EndReason"/>).</summary>
internal static class SessionEnd
{
    public const string SignedOut = "signed-out";
    public const string EndedElsewhere = "ended-elsewhere";
    public const string Idle = "idle";
    public const string Expired = "expired";
    public const string PasswordChanged = "password-changed";
    public const string Administrator = "administrator";
    public const string Replaced = "replaced";
}
