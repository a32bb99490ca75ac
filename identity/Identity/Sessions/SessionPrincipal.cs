using System.Globalization;
using System.Security.Claims;

namespace Backbone.Identity.Sessions;

/// <summary>Reads the claims of <see cref="SessionClaims"/>; null or empty for anyone not signed in by the browser session.</summary>
internal static class SessionPrincipal
{
    public static Guid? AccountId(this ClaimsPrincipal user) => Id(user, SessionClaims.Subject);

    public static Guid? SessionId(this ClaimsPrincipal user) => Id(user, SessionClaims.Session);

    /// <summary>The code of the organisation the session acts for; null for the person themselves.</summary>
    public static string? ActingFor(this ClaimsPrincipal user) => Find(user, SessionClaims.Organisation);

    public static DateTimeOffset? AuthenticatedAt(this ClaimsPrincipal user) =>
        Find(user, SessionClaims.AuthenticatedAt) is { } text && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    /// <summary>True when the person proved who they are within the last <paramref name="age"/>; else lead them to step-up.</summary>
    public static bool ProvedWithin(this ClaimsPrincipal user, TimeSpan age, TimeProvider clock) =>
        user.AuthenticatedAt() is { } at && clock.GetUtcNow() - at <= age;

    private static Guid? Id(ClaimsPrincipal user, string claim) => Guid.TryParseExact(Find(user, claim), "D", out var id) ? id : null;

    private static string? Find(ClaimsPrincipal user, string claim) =>
        user.Identity is { IsAuthenticated: true, AuthenticationType: SessionClaims.Scheme } ? user.FindFirst(claim)?.Value : null;
}
