using System.Collections.Concurrent;
using Backbone.Identity.MachineGrant;
using OpenIddict.EntityFrameworkCore.Models;

namespace Backbone.Identity.Clients;

/// <summary>A client as the database has it, and what the catalogue says of it.</summary>
internal sealed record KnownClient(OpenIddictEntityFrameworkCoreApplication<Guid> Application, ClientProfile Profile)
{
    public MachineRights? Rights { get; } = MachineRights.Of(Application);
}

/// <summary>
/// The clients of this host's recent requests, shared by all requests, so that a token costs no query. Entries are read-only: whoever changes
/// a client loads it himself. A change on this host empties it after the commit (<see cref="ClientChanges"/>); a change on another host is
/// seen by <see cref="WatchClients"/>. What has not been confirmed for <see cref="Trust"/> counts no more: that, and not the watch's
/// punctuality, is the bound within which a removed secret or redirect URI stops working (docs/trust.md).
/// </summary>
internal sealed class ClientCache(TimeProvider clock)
{
    public static readonly TimeSpan Trust = TimeSpan.FromSeconds(5);

    private const int Most = 4096;

    private readonly ConcurrentDictionary<string, KnownClient> _clients = new(StringComparer.Ordinal);
    private long _confirmedAt = clock.GetTimestamp();
    private string? _stamp;
    private long _version;

    /// <summary>The version to hand back to <see cref="Put"/>: a change between reading and putting must win.</summary>
    public long Version => Interlocked.Read(ref _version);

    public KnownClient? Find(string clientId) =>
        _clients.TryGetValue(clientId, out var client) && clock.GetElapsedTime(Interlocked.Read(ref _confirmedAt)) < Trust ? client : null;

    public void Put(string clientId, KnownClient client, long version)
    {
        if (_clients.Count >= Most)
        {
            _clients.Clear();
        }

        if (version == Version)
        {
            _clients[clientId] = client;

            // Cleared in between: then it was read before the change.
            if (version != Version)
            {
                _clients.TryRemove(clientId, out _);
            }
        }
    }

    public void Clear()
    {
        Interlocked.Increment(ref _version);
        _clients.Clear();
    }

    /// <summary>What the database said of the clients' version.</summary>
    /// <param name="stamp">The version.</param>
    /// <param name="askedAt">When it was asked, before the answer: everything committed until then is in it.</param>
    public void Confirm(string stamp, long askedAt)
    {
        if (Interlocked.Exchange(ref _stamp, stamp) != stamp)
        {
            Clear();
        }

        Interlocked.Exchange(ref _confirmedAt, askedAt);
    }
}
