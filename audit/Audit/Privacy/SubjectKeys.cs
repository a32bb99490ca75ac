using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Backbone.Audit.State;
using Backbone.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Audit.Privacy;

/// <summary>
/// Values that must be readable later, and unreadable once the person may demand it: each subject has a key of its own in the database, and
/// the log holds only what is encrypted under it. Destroying the key erases every value at once, in the log, in its copies and in its
/// backups, and changes no byte of the log: proofs stay valid.
/// </summary>
internal sealed class SubjectKeys(PrivacyKeys keys, IServiceScopeFactory scopes, TimeProvider clock)
{
    private const int KeySize = 32;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int MostKept = 4_096;

    /// <summary>A key destroyed by another host may still seal here for as long; what it seals then is unreadable from the start.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (Guid Id, byte[] Key, DateTimeOffset Until)> recent = new(StringComparer.Ordinal);

    /// <summary>The subject's key for new values; made at the first one.</summary>
    public async ValueTask<SubjectSeal> SealOfAsync(string subject, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (recent.TryGetValue(subject, out var kept) && kept.Until > now)
        {
            return new SubjectSeal(kept.Id, kept.Key);
        }

        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AuditDb>();
        var (id, key) = await FindAsync(db, subject, cancellation) ?? await MakeAsync(db, subject, now, cancellation);
        if (recent.Count >= MostKept)
        {
            recent.Clear();
        }

        recent[subject] = (id, key, now + Kept);
        return new SubjectSeal(id, key);
    }

    /// <summary>The text of one sealed value, or null: its key was destroyed.</summary>
    /// <exception cref="CryptographicException">The value was altered, or taken from another event.</exception>
    public async ValueTask<string?> OpenAsync(EventId eventId, Guid key, string value, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AuditDb>();
        var row = await db.SubjectKeys.AsNoTracking().SingleOrDefaultAsync(row => row.Id == key, cancellation);
        return row?.Wrapped is { } wrapped && keys.Unwrap(key, wrapped) is { } plain ? new SubjectSeal(key, plain).Open(eventId, value) : null;
    }

    /// <summary>
    /// Destroys the subject's key. What was sealed for it can be read no more; what is sealed later gets a new key.
    /// Copies of the database, and of the key file, that were made before still hold it: they must go too (docs/decisions/0013).
    /// </summary>
    /// <param name="subject">As it stood in <c>subject.id</c>.</param>
    /// <param name="because">The event that says who ordered it and why; on disk already.</param>
    /// <param name="cancellation">Gives up; until the end of the statement, with nothing done.</param>
    public async Task<KeyEnd> DestroyAsync(string subject, EventId because, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AuditDb>();
        var destroyed = 0;
        foreach (var index in keys.IndexesOf(subject))
        {
            destroyed += await db.SubjectKeys.Where(row => row.SubjectIndex == index).ExecuteUpdateAsync(
                row => row.SetProperty(r => r.Wrapped, (byte[]?)null)
                    .SetProperty(r => r.SubjectIndex, (byte[]?)null)
                    .SetProperty(r => r.DestroyedAt, clock.GetUtcNow())
                    .SetProperty(r => r.DestroyedBy, because.Value),
                cancellation);
        }

        recent.TryRemove(subject, out _);

        // Also when there was none: an erasure that was interrupted here is ordered again.
        var emptied = await WriteAheadLog.EmptyAsync(db, clock, cancellation);
        return destroyed == 0 ? KeyEnd.NoKey : emptied ? KeyEnd.Destroyed : KeyEnd.Lingers;
    }

    private async ValueTask<(Guid Id, byte[] Key)?> FindAsync(AuditDb db, string subject, CancellationToken cancellation)
    {
        foreach (var index in keys.IndexesOf(subject))
        {
            var row = await db.SubjectKeys.AsNoTracking().SingleOrDefaultAsync(row => row.SubjectIndex == index, cancellation);
            if (row?.Wrapped is { } wrapped && keys.Unwrap(row.Id, wrapped) is { } key)
            {
                return (row.Id, key);
            }
        }

        return null;
    }

    private async ValueTask<(Guid Id, byte[] Key)> MakeAsync(AuditDb db, string subject, DateTimeOffset now, CancellationToken cancellation)
    {
        var id = Guid.CreateVersion7(now);
        var key = RandomNumberGenerator.GetBytes(KeySize);
        var row = db.SubjectKeys.Add(new SubjectKey { Id = id, SubjectIndex = keys.IndexesOf(subject).First(), Wrapped = keys.Wrap(id, key), CreatedAt = now });
        try
        {
            await db.SaveChangesAsync(cancellation);
            return (id, key);
        }
        catch (DbUpdateException)
        {
            // Of two events at once one makes the key, and both use it; anything else is a fault of the database.
            row.State = EntityState.Detached;
            if (await FindAsync(db, subject, cancellation) is { } made)
            {
                return made;
            }

            throw;
        }
    }

    /// <summary>Sealing and opening under one subject's key. A value is bound to its event, its label and its key.</summary>
    internal readonly record struct SubjectSeal(Guid Id, byte[] Key)
    {
        /// <summary><c>label:base64url(nonce, tag, ciphertext)</c>.</summary>
        public string Close(EventId eventId, string label, string text)
        {
            var plain = Encoding.UTF8.GetBytes(text);
            var sealedText = new byte[NonceSize + TagSize + plain.Length];
            RandomNumberGenerator.Fill(sealedText.AsSpan(0, NonceSize));
            using var cipher = new AesGcm(Key, TagSize);
            cipher.Encrypt(
                sealedText.AsSpan(0, NonceSize), plain, sealedText.AsSpan(NonceSize + TagSize), sealedText.AsSpan(NonceSize, TagSize), Bound(eventId, label));
            return $"{label}:{Base64Url.EncodeToString(sealedText)}";
        }

        public string Open(EventId eventId, string value)
        {
            var colon = value.IndexOf(':', StringComparison.Ordinal);
            var text = value.AsSpan(colon + 1);
            if (colon < 0 || !Base64Url.IsValid(text, out var length) || length < NonceSize + TagSize)
            {
                throw new CryptographicException("The value is not one that was sealed here.");
            }

            var sealedText = Base64Url.DecodeFromChars(text);
            var plain = new byte[sealedText.Length - NonceSize - TagSize];
            using var cipher = new AesGcm(Key, TagSize);
            cipher.Decrypt(
                sealedText.AsSpan(0, NonceSize), sealedText.AsSpan(NonceSize + TagSize), sealedText.AsSpan(NonceSize, TagSize), plain,
                Bound(eventId, value[..colon]));
            return Encoding.UTF8.GetString(plain);
        }

        private byte[] Bound(EventId eventId, string label) => Encoding.UTF8.GetBytes($"{eventId}\0{Id:D}\0{label}");
    }
}
