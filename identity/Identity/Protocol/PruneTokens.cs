using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenIddict.Abstractions;

namespace Backbone.Identity.Protocol;

/// <summary>
/// Deletes, once an hour, the rows of tokens and sign-ins that can be of no use any more: nothing issued lives longer than a day
/// (<see cref="ProtocolOptions"/>), so what is older and ended or expired answers no question. Without it the tables grow by five rows a
/// sign-in for ever. Consents are kept: they are permanent authorizations. Several hosts may prune at once; each deletes what is left.
/// </summary>
internal sealed partial class PruneTokens(IServiceScopeFactory scopes, TimeProvider clock, ILogger<IdentityModule> logger) : BackgroundService
{
    public static readonly TimeSpan Keep = TimeSpan.FromDays(1);
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await PruneAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // Of any kind: the providers wrap what passes in exceptions of several, and one that left here would end the host.
                LogFailed(logger, failure);
            }
        }
    }

    /// <summary>Tokens first: an authorization goes when its last token has gone.</summary>
    internal async Task<long> PruneAsync(CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var before = clock.GetUtcNow() - Keep;
        var pruned = await scope.ServiceProvider.GetRequiredService<IOpenIddictTokenManager>().PruneAsync(before, cancellation);
        return pruned + await scope.ServiceProvider.GetRequiredService<IOpenIddictAuthorizationManager>().PruneAsync(before, cancellation);
    }

    [LoggerMessage(EventId = 1011, Level = LogLevel.Warning, Message = "Old tokens could not be deleted; the next try is in an hour")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
