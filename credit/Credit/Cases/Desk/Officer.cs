using System.Security.Claims;
using Backbone.Platform;

namespace Backbone.Credit.Cases.Desk;

/// <summary>The credit officer who is signed in to the console.</summary>
internal static class Officer
{
    /// <summary>Null where the sign-in names no person of this system: two that cannot be told apart may be one.</summary>
    public static CaseActor? Of(ClaimsPrincipal staff) => Guid.TryParseExact(staff.FindFirst("sub")?.Value, "D", out var person)
        ? new(person, "console", false, Guid.TryParseExact(staff.FindFirst("sid")?.Value, "D", out var session) ? new SessionId(session) : null)
        : null;
}
