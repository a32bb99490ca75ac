namespace Backbone.Identity.Protocol;

/// <summary>What codes and refresh tokens carry for us alone. Both are encrypted; none of these reaches an access or identity token.</summary>
internal static class PrivateClaims
{
    /// <summary>Name of the authorization's property that holds the session's id (Guid "D").</summary>
    public const string SessionProperty = "session";

    /// <summary>Name of the authorization's property that holds the code of the organisation acted for; absent for the person themselves.</summary>
    public const string OrganisationProperty = "organisation";
}
