using System.Collections.Immutable;
using Backbone.Identity.Clients;
using Microsoft.AspNetCore.WebUtilities;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Backbone.Identity.Authorize;

/// <summary>An authorization request carried as a local address through sign-in and consent, its client and redirect URI checked.</summary>
internal sealed record AuthorizationAddress(KnownClient Client, Uri RedirectUri, ImmutableArray<string> Scopes)
{
    /// <summary>Null when it is not a request we would answer: unknown client, or a redirect URI that is none of its own.</summary>
    public static async ValueTask<AuthorizationAddress?> ReadAsync(string? address, CachedClientManager clients, CancellationToken cancellation)
    {
        if (address?.StartsWith(AuthorizeApp.Path + "?", StringComparison.Ordinal) != true)
        {
            return null;
        }

        var query = QueryHelpers.ParseQuery(address[AuthorizeApp.Path.Length..]);
        return query.TryGetValue(Parameters.ClientId, out var id) && id.Count == 1
            && query.TryGetValue(Parameters.RedirectUri, out var uri) && uri.Count == 1
            && await clients.FindKnownAsync(id.ToString(), cancellation) is { } client
            && await clients.ValidateRedirectUriAsync(client.Application, uri.ToString(), cancellation)
            ? new(client, new Uri(uri.ToString()), [.. query[Parameters.Scope].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct()])
            : null;
    }
}
