using Microsoft.Extensions.Localization;

namespace Backbone.Platform.Web.SignIn;

/// <summary>
/// Pages of ours that sign people in at the issuer as any other app does: a client, a cookie and an address of their own, so that the sign-in
/// of one opens nothing of another.
/// </summary>
public sealed record RelyingParty
{
    /// <summary>The client's id in the catalogue; its secret is <c>secrets/&lt;id&gt;.secret</c> below the data folder.</summary>
    public required string ClientId { get; init; }

    /// <summary>First page, and the path below which everything of it lies: "/console".</summary>
    public required string Home { get; init; }

    /// <summary>Where the header's form for leaving the pages posts to.</summary>
    public string SignOutPath => Home + "/sign-out";

    /// <summary>Where somebody who chose another organisation signs in again for it; mapped by pages on which people act for organisations.</summary>
    public string AgainPath => Home + "/again";

    /// <summary>The cookie's authentication scheme; policies of the pages name it.</summary>
    public required string Cookie { get; init; }

    /// <summary>The scheme of the OpenID Connect handler.</summary>
    public string OpenId => Cookie + ".OpenId";

    /// <summary>What is asked of the issuer.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>
    /// The sign-in lives as long as the person's session at the issuer, which is asked (<see cref="SessionAtIssuer"/>): who signs out there, whom an
    /// administrator signs out, or who signs in as somebody else has left these pages too. Wants the scope <c>offline_access</c>. Default: the cookie's
    /// idle time alone.
    /// </summary>
    public bool FollowsSession { get; init; }

    /// <summary>How long the issuer's word that the session lives is good. Default: not beyond the request.</summary>
    public TimeSpan SessionWordHolds { get; init; }

    /// <summary>
    /// The words of refusals: <c>Refused_Text</c>, <c>Stale_Title</c>, <c>Stale_Text</c>, <c>Unreachable_Title</c>, <c>Unreachable_Text</c>,
    /// <c>Exit_Home</c>, <c>Exit_Again</c>, <c>Exit_Portal</c>.
    /// </summary>
    public required Func<IServiceProvider, IStringLocalizer> Words { get; init; }
}
