using System.Collections.Concurrent;
using OpenIddict.EntityFrameworkCore.Models;

namespace Backbone.Identity.Clients;

/// <summary>A client as the database has it, and what the catalogue says of it.</summary>
internal sealed record KnownClient(OpenIddictEntityFrameworkCoreApplication<Guid> Application, ClientProfile Profile);

/// <summary>
/// The clients of this host's recent requests, shared by all requests, so that a token costs no query. Entries are read-only: whoever changes
/// a client loads it himself and calls <see cref="Clear"/> after the commit. Other hosts notice within <see cref="Lifetime"/>.
/// </summary>
internal sealed class ClientCache(TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(15);

    private const int Most = 4096;

    private readonly ConcurrentDictionary<string, (KnownClient Client, long ReadAt)> _clients = new(StringComparer.Ordinal);

    public KnownClient? Find(string clientId) =>
        _clients.TryGetValue(clientId, out var entry) && clock.GetElapsedTime(entry.ReadAt) < Lifetime ? entry.Client : null;

    /// <summary>The version to hand back to <see cref="Put"/>: a change between reading and putting must win.</summary>
    public long Version => Interlocked.Read(ref _version);

    public void Put(string clientId, KnownClient client, long version)
    {
        if (_clients.Count >= Most)
        {
            _clients.Clear();
        }

        if (version == Version)
        {
            _clients[clientId] = (client, clock.GetTimestamp());
        }
    }

    public void Clear()
    {
        Interlocked.Increment(ref _version);
        _clients.Clear();
    }

    private long _version;
}
