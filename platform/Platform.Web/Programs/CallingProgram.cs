using System.Security.Claims;

namespace Backbone.Platform.Web.Programs;

/// <summary>A program in its own name, as its access token says: the client is its own subject (RFC 9068 5).</summary>
/// <param name="ClientId">Who it is.</param>
/// <param name="Scopes">What it may do here.</param>
public sealed record CallingProgram(string ClientId, IReadOnlyCollection<string> Scopes)
{
    /// <summary>Null for everybody else: a person, or nobody.</summary>
    public static CallingProgram? Of(ClaimsPrincipal caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return caller.FindFirst("client_id")?.Value is { Length: > 0 } client && caller.FindFirst("sub")?.Value == client
            ? new CallingProgram(client, [.. caller.FindAll("scope").SelectMany(claim => claim.Value.Split(' '))])
            : null;
    }

    public bool MayUse(string scope) => Scopes.Contains(scope, StringComparer.Ordinal);
}
