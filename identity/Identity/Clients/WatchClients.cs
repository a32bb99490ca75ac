using Backbone.Identity.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Backbone.Identity.Clients;

/// <summary>
/// Asks every two seconds whether another host changed a client: one row by its key, the same on both engines, where PostgreSQL's notifications
/// would need a connection of their own and be lost with it.
/// </summary>
internal sealed partial class WatchClients(IServiceScopeFactory scopes, ClientCache cache, TimeProvider clock, ILogger<IdentityModule> logger)
    : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    public async Task LookAsync(CancellationToken cancellation)
    {
        var askedAt = clock.GetTimestamp();
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IdentityDb>();
        cache.Confirm(
            await db.Stamps.AsNoTracking().Where(stamp => stamp.Name == Stamp.Clients).Select(stamp => stamp.Value).SingleAsync(cancellation), askedAt);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        var isAway = false;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await LookAsync(stoppingToken);
                    isAway = false;
                }
                catch (Exception failure) when (failure is not OperationCanceledException)
                {
                    // Said once, not every two seconds; until it answers again clients are read from the database.
                    if (!isAway)
                    {
                        LogAway(logger, failure);
                    }

                    isAway = true;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    [LoggerMessage(EventId = 1012, Level = LogLevel.Warning, Message = "The version of the clients cannot be read; nothing cached of them counts until it can")]
    private static partial void LogAway(ILogger logger, Exception failure);
}
