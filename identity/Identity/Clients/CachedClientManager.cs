using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Core;
using OpenIddict.EntityFrameworkCore.Models;

namespace Backbone.Identity.Clients;

/// <summary>
/// OpenIddict's manager of clients with two differences: clients are found in memory (<see cref="ClientCache"/>), and secrets are hashed as
/// <see cref="ClientSecretHash"/> says. Hashes in OpenIddict's own format stay readable, for clients taken over from elsewhere.
/// </summary>
internal sealed class CachedClientManager(
    IOpenIddictApplicationCache<OpenIddictEntityFrameworkCoreApplication<Guid>> cache,
    ILogger<OpenIddictApplicationManager<OpenIddictEntityFrameworkCoreApplication<Guid>>> logger,
    IOptionsMonitor<OpenIddictCoreOptions> options,
    IOpenIddictApplicationStore<OpenIddictEntityFrameworkCoreApplication<Guid>> store,
    ClientCache clients)
    : OpenIddictApplicationManager<OpenIddictEntityFrameworkCoreApplication<Guid>>(cache, logger, options, store)
{
    /// <summary>The shared, read-only client. To change one, find it by its id or list.</summary>
    public override async ValueTask<OpenIddictEntityFrameworkCoreApplication<Guid>?> FindByClientIdAsync(
        string identifier, CancellationToken cancellationToken = default) => (await FindKnownAsync(identifier, cancellationToken))?.Application;

    public async ValueTask<KnownClient?> FindKnownAsync(string clientId, CancellationToken cancellation = default)
    {
        if (string.IsNullOrEmpty(clientId))
        {
            return null;
        }

        if (clients.Find(clientId) is { } known)
        {
            return known;
        }

        var version = clients.Version;
        if (await base.FindByClientIdAsync(clientId, cancellation) is not { } application)
        {
            return null;
        }

        known = new KnownClient(application, ClientProfile.Of(application));
        clients.Put(clientId, known, version);
        return known;
    }

    protected override ValueTask<string> ObfuscateClientSecretAsync(string secret, CancellationToken cancellationToken = default) =>
        new(ClientSecretHash.Of(secret));

    protected override ValueTask<bool> ValidateClientSecretAsync(string secret, string comparand, CancellationToken cancellationToken = default) =>
        ClientSecretHash.IsOne(comparand)
            ? new(ClientSecretHash.Matches(secret, comparand))
            : base.ValidateClientSecretAsync(secret, comparand, cancellationToken);
}
