using Backbone.Platform.Web.Errors;

namespace Backbone.Identity.AccountPages;

/// <summary>What the account pages refuse.</summary>
internal static class AccountProblems
{
    public static readonly Problem SignInAgain = new("identity", "sign-in-again", 401, "The last sign-in is too long ago for this change.");

    public static readonly Problem LastSecondFactor = new("identity", "last-second-factor", 409, "Staff must keep a second factor.");

    public static readonly Problem PasskeyExpired = new("identity", "passkey-expired", 400, "No passkey ceremony is open for this answer.");

    public static readonly Problem PasskeyRefused = new("identity", "passkey-refused", 400, "The passkey answer did not verify.");

    public static readonly Problem TooManyPasskeys = new("identity", "too-many-passkeys", 409, "The account holds as many passkeys as allowed.");

    public static readonly Problem CodesShown = new("identity", "recovery-codes-shown", 410, "Recovery codes are shown once.");
}
