using Backbone.Platform.Web.Errors;

namespace Backbone.Identity.Protocol;

/// <summary>Refusals a person sees because there is no client to send them to.</summary>
internal static class ProtocolProblems
{
    /// <summary>Unknown client or redirect URI: sending the person anywhere would be an open redirect (RFC 6749 4.1.2.1).</summary>
    public static readonly Problem BadAuthorizationRequest =
        new("identity", "bad-authorization-request", 400, "The app or its return address is not known here.");

    public static readonly Problem BadLogoutRequest = new("identity", "bad-logout-request", 400, "The sign-out request is not valid.");
}
