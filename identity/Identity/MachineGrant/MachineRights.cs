using System.Collections.Frozen;
using System.Text.Json;
using Backbone.Identity.Clients;
using OpenIddict.EntityFrameworkCore.Models;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Backbone.Identity.MachineGrant;

/// <summary>
/// What a client may have by client credentials, read once from its row. Only of clients in which nothing is out of the ordinary; of all
/// others there are no rights here, and the engine decides about every request of theirs.
/// </summary>
internal sealed class MachineRights
{
    private readonly string _secretHash;
    private readonly FrozenSet<string> _scopes;
    private readonly FrozenSet<string> _resources;

    private MachineRights(string secretHash, FrozenSet<string> permissions)
    {
        _secretHash = secretHash;
        _scopes = With(permissions, Permissions.Prefixes.Scope).ToFrozenSet(StringComparer.Ordinal);
        _resources = With(permissions, Permissions.Prefixes.Resource).Where(IsResource).ToFrozenSet(StringComparer.Ordinal);
    }

    public static MachineRights? Of(OpenIddictEntityFrameworkCoreApplication<Guid> application)
    {
        if (application is not { ClientType: ClientTypes.Confidential, ClientSecret: { Length: > 0 } secret }
            || !ClientSecretHash.IsOne(secret)
            // Lifetimes, demands and keys of a client's own.
            || !string.IsNullOrEmpty(application.Settings) || !string.IsNullOrEmpty(application.Requirements)
            || !string.IsNullOrEmpty(application.JsonWebKeySet) || string.IsNullOrEmpty(application.Permissions))
        {
            return null;
        }

        using var document = JsonDocument.Parse(application.Permissions);
        var permissions = document.RootElement.EnumerateArray().Select(item => item.GetString() ?? "").ToFrozenSet(StringComparer.Ordinal);
        return permissions.Contains(Permissions.Endpoints.Token) && permissions.Contains(Permissions.GrantTypes.ClientCredentials)
            ? new MachineRights(secret, permissions)
            : null;
    }

    /// <summary>Constant time in the content.</summary>
    public bool IsProvenBy(string secret) => ClientSecretHash.Matches(secret, _secretHash);

    /// <summary>True when each scope is known, the client's own, written once and parted by one space; never the scopes of people.</summary>
    public bool Cover(string scope, HashSet<string> known)
    {
        var names = scope.Split(' ');
        for (var i = 0; i < names.Length; i++)
        {
            if (!known.Contains(names[i]) || !_scopes.Contains(names[i]) || names[i] is Scopes.OpenId or Scopes.OfflineAccess
                || Array.IndexOf(names, names[i]) != i)
            {
                return false;
            }
        }

        return true;
    }

    public bool CoverResource(string resource) => _resources.Contains(resource);

    private static IEnumerable<string> With(FrozenSet<string> permissions, string prefix) =>
        permissions.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => name[prefix.Length..]);

    /// <summary>RFC 8707 2: an absolute URI without a fragment; https only, since that is all the catalogue hands out.</summary>
    private static bool IsResource(string name) =>
        name.StartsWith("https://", StringComparison.Ordinal) && Uri.TryCreate(name, UriKind.Absolute, out var uri) && uri.Fragment.Length == 0;
}
