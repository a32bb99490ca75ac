using System.Collections.Immutable;
using System.Security.Cryptography;
using Backbone.Identity.Storage;
using Backbone.Platform.Web.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;

namespace Backbone.Identity.Keys;

/// <summary>One key of the ring, opened: it can sign.</summary>
internal sealed record OpenSigningKey(
    SigningCredentials Credentials, string Algorithm, DateTimeOffset SignsFrom, DateTimeOffset SignsUntil, DateTimeOffset RetiresAt);

/// <summary>
/// The issuer's published keys as this host knows them: announced, signing and retiring. Written only by <see cref="RotateSigningKeys"/>;
/// everybody else reads, and never sees half of a change.
/// </summary>
internal sealed class SigningKeyRing(MasterKey master, TimeProvider clock)
{
    public const string SealLabel = "signing-key";

    private volatile ImmutableArrayBox _keys = new([]);

    public ImmutableArray<OpenSigningKey> Keys => _keys.Value;

    /// <summary>The key that signs now: of those in their time the newest, so that all hosts choose the same.</summary>
    /// <exception cref="InvalidOperationException">No key of that algorithm signs now: rotation has been failing for weeks.</exception>
    public SigningCredentials Signing(string algorithm)
    {
        var now = clock.GetUtcNow();
        OpenSigningKey? best = null;
        foreach (var key in _keys.Value)
        {
            if (key.Algorithm == algorithm && key.SignsFrom <= now && now < key.SignsUntil
                && (best is null || (key.SignsFrom, key.Credentials.Kid).CompareTo((best.SignsFrom, best.Credentials.Kid)) > 0))
            {
                best = key;
            }
        }

        return best?.Credentials ?? throw new InvalidOperationException($"No {algorithm} key signs at {now:O}; see the log of the key rotation.");
    }

    /// <summary>Takes up what the database holds.</summary>
    /// <returns>True when anything changed.</returns>
    public async Task<bool> ReloadAsync(IdentityDb db, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var rows = await db.SigningKeys.AsNoTracking().ToListAsync(cancellation);
        var known = _keys.Value.ToDictionary(key => key.Credentials.Kid, StringComparer.Ordinal);
        var next = rows.Where(row => row.RetiresAt > now)
            .OrderBy(row => row.Algorithm, StringComparer.Ordinal).ThenBy(row => row.SignsFrom).ThenBy(row => row.Id, StringComparer.Ordinal)
            .Select(row => known.GetValueOrDefault(row.Id) ?? Open(row))
            .ToImmutableArray();
        var changed = !next.SequenceEqual(_keys.Value);
        _keys = new(next);
        return changed;
    }

    private OpenSigningKey Open(SigningKey row)
    {
        var plain = master.Open($"{SealLabel}/{row.Id}", row.SealedPrivateKey);
        try
        {
            SecurityKey key;
            if (row.Algorithm == SecurityAlgorithms.EcdsaSha256)
            {
                var pair = ECDsa.Create();
                pair.ImportPkcs8PrivateKey(plain, out _);
                key = new ECDsaSecurityKey(pair) { KeyId = row.Id };
            }
            else
            {
                var pair = RSA.Create();
                pair.ImportPkcs8PrivateKey(plain, out _);
                key = new RsaSecurityKey(pair) { KeyId = row.Id };
            }

            return new OpenSigningKey(new SigningCredentials(key, row.Algorithm), row.Algorithm, row.SignsFrom, row.SignsUntil, row.RetiresAt);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private sealed record ImmutableArrayBox(ImmutableArray<OpenSigningKey> Value);
}
