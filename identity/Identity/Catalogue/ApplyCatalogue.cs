using System.Collections.Immutable;
using Backbone.Identity.Storage;
using Backbone.Platform.Yaml;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenIddict.Abstractions;

namespace Backbone.Identity.Catalogue;

/// <summary>
/// The only way a catalogue comes into force: read everything, check everything, write it to the database, then show it. One at a time. If any
/// step fails the version in force stays.
/// </summary>
internal sealed partial class ApplyCatalogue(
    AppCatalogue catalogue, CatalogueOptions options, IServiceScopeFactory scopes, TimeProvider clock, ILogger<IdentityModule> logger) : IDisposable
{
    private const int Attempts = 4;
    private readonly SemaphoreSlim gate = new(1, 1);

    /// <returns>Why it was refused; empty when it is in force.</returns>
    public async Task<ImmutableArray<YamlFailure>> ApplyAsync(CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            return LoadCatalogue.Load(options) switch
            {
                LoadOutcome.Loaded loaded => await PutAsync(loaded.Snapshot, cancellation),
                LoadOutcome.Refused refused => refused.Failures,
                _ => throw new InvalidOperationException("Loading has two outcomes."),
            };
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>The audit event of a change that was not taken.</summary>
    public async Task RecordRefusalAsync(ImmutableArray<YamlFailure> failures, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IdentityDb>();
        db.Outbox.Add(CatalogueEvents.Refused(clock, catalogue.Current.Hash, failures.Select(failure => failure.File).Distinct().Take(20)));
        await db.SaveChangesAsync(cancellation);
    }

    public void Dispose() => gate.Dispose();

    private async Task<ImmutableArray<YamlFailure>> PutAsync(CatalogueSnapshot next, CancellationToken cancellation)
    {
        switch (await SyncAsync(next, cancellation))
        {
            case SyncOutcome.Refused refused:
                return refused.Failures;
            case SyncOutcome.Synced(var written, var disabled):
                if (catalogue.Put(next, written.Union(disabled)).Count > 0)
                {
                    LogInForce(logger, next.Hash[..12], next.Apps.Length, string.Join(", ", written), string.Join(", ", disabled));
                }

                return [];
            default:
                throw new InvalidOperationException("Writing has two outcomes.");
        }
    }

    /// <summary>Another host may write the same rows at the same moment; then look again: the second time there is nothing left to write.</summary>
    private async Task<SyncOutcome> SyncAsync(CatalogueSnapshot next, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var scope = scopes.CreateAsyncScope();
            if (scope.ServiceProvider.GetService<IOpenIddictApplicationManager>() is null)
            {
                // A portal without the protocol: there are no clients to write.
                return new SyncOutcome.Synced([], []);
            }

            try
            {
                return await scope.ServiceProvider.GetRequiredService<SyncApplications>().SyncAsync(next, options, cancellation);
            }
            catch (Exception exception) when (attempt < Attempts
                && exception is DbUpdateException or OpenIddictExceptions.ConcurrencyException or OpenIddictExceptions.ValidationException)
            {
                LogAgain(logger, exception.GetType().Name, attempt);
            }
        }
    }

    [LoggerMessage(EventId = 1500, Level = LogLevel.Information,
        Message = "Catalogue {Version} is in force: {Count} apps; written: {Written}; disabled: {Disabled}")]
    private static partial void LogInForce(ILogger logger, string version, int count, string written, string disabled);

    [LoggerMessage(EventId = 1501, Level = LogLevel.Debug, Message = "Another host wrote the catalogue at the same time ({Reason}); attempt {Attempt}")]
    private static partial void LogAgain(ILogger logger, string reason, int attempt);
}
