using System.Security.Cryptography;
using Backbone.Identity.Events;
using Backbone.Identity.Storage;
using Backbone.Platform.Web.Keys;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;

namespace Backbone.Identity.Keys;

/// <summary>
/// Makes the next signing keys in time and takes up what other hosts made. Hosts agree without talking: a key's id follows from its place
/// in the sequence, so of two hosts that make the same one the database takes the first, and the other reads it. The event of a rotation
/// commits with the key.
/// </summary>
internal sealed partial class RotateSigningKeys(
    IServiceScopeFactory scopes, SigningKeyRing ring, SigningKeyOptions options, MasterKey master, TimeProvider clock,
    IOptionsMonitorCache<OpenIddictServerOptions> serverOptions, ILogger<IdentityModule> logger) : BackgroundService, IHostedLifecycleService
{
    // ES256 signs by default; OpenID certification wants RS256 to exist (identity reference 1.5).
    private static readonly string[] Algorithms = [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSha256];

    /// <summary>Before the server listens there is a key to sign with.</summary>
    public Task StartingAsync(CancellationToken cancellationToken) => RotateAsync(cancellationToken);

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Looks once: makes what is due, reloads, and lets the protocol engine read its keys anew when they changed.</summary>
    public async Task RotateAsync(CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IdentityDb>();
        try
        {
            await MakeDueKeysAsync(db, cancellation);
        }
        catch (DbUpdateException conflict)
        {
            // Another host made the same keys a moment earlier; its rows are read below.
            LogAnotherHost(logger, conflict.GetType().Name);
            db.ChangeTracker.Clear();
        }

        if (await ring.ReloadAsync(db, cancellation))
        {
            serverOptions.TryRemove(Options.DefaultName);
            LogReloaded(logger, ring.Keys.Length);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Poll, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await RotateAsync(stoppingToken);
                }
                catch (Exception failure) when (failure is not OperationCanceledException)
                {
                    // The keys in hand stay good for weeks: a database that is away for a while must not end the host.
                    LogFailed(logger, failure);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private async Task MakeDueKeysAsync(IdentityDb db, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var context = new EventContext(clock);
        var rows = await db.SigningKeys.ToListAsync(cancellation);
        foreach (var algorithm in Algorithms)
        {
            var last = rows.Where(row => row.Algorithm == algorithm).MaxBy(row => row.SignsUntil);
            if (last?.SignsUntil - now > options.Announce)
            {
                continue;
            }

            var key = Make(algorithm, last, now);
            db.SigningKeys.Add(key);
            db.Record(TokenEvents.SigningKeyCreated(context, key));
        }

        foreach (var gone in rows.Where(row => row.RetiresAt <= now))
        {
            db.SigningKeys.Remove(gone);
            db.Record(TokenEvents.SigningKeyDestroyed(context, gone));
        }

        await db.SaveChangesAsync(cancellation);
    }

    private SigningKey Make(string algorithm, SigningKey? last, DateTimeOffset now)
    {
        var from = last?.SignsUntil > now ? last.SignsUntil : now;
        var place = last?.Id ?? $"first/{now.UtcDateTime:yyyy-MM-dd}";
        var id = WebEncoders.Base64UrlEncode(master.Derive($"key-id/{algorithm}/{place}", 12));
        using AsymmetricAlgorithm pair = algorithm == SecurityAlgorithms.EcdsaSha256 ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : RSA.Create(2048);
        var plain = pair.ExportPkcs8PrivateKey();
        try
        {
            return new SigningKey
            {
                Id = id,
                Algorithm = algorithm,
                SealedPrivateKey = master.Seal($"{SigningKeyRing.SealLabel}/{id}", plain),
                PublicKey = pair.ExportSubjectPublicKeyInfo(),
                CreatedAt = now,
                SignsFrom = from,
                SignsUntil = from + options.Sign,
                RetiresAt = from + options.Sign + options.Retire,
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    [LoggerMessage(EventId = 1000, Level = LogLevel.Information, Message = "Signing keys changed; {Count} are published")]
    private static partial void LogReloaded(ILogger logger, int count);

    [LoggerMessage(EventId = 1001, Level = LogLevel.Information, Message = "Another host rotated the signing keys at the same time ({Reason})")]
    private static partial void LogAnotherHost(ILogger logger, string reason);

    [LoggerMessage(EventId = 1002, Level = LogLevel.Error, Message = "Looking after the signing keys failed; trying again")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
