using Backbone.Identity.Events;
using Backbone.Identity.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Backbone.Identity.Sessions;

/// <summary>
/// Ends, once a minute, the sessions nobody came back to: their refresh tokens must end too, and the log must say when. Also forgets
/// expired counters and codes. Requests never rely on it; they see an expired session as ended by the clock.
/// </summary>
internal sealed partial class EndExpiredSessions(
    IServiceScopeFactory scopes, IOptions<SessionOptions> options, TimeProvider clock, ILogger<IdentityModule> logger) : BackgroundService
{
    private const int BatchSize = 100;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Of any kind: the providers wrap what passes in exceptions of several, and one that left here would end the host.
                LogFailed(logger, exception);
            }
        }
    }

    internal async Task SweepAsync(CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IdentityDb>();
        var end = scope.ServiceProvider.GetRequiredService<EndSessions>();
        var now = clock.GetUtcNow();
        var idleSince = now - options.Value.Idle;
        var olderThan = now - options.Value.Absolute;
        List<Session> over;
        do
        {
            over = await db.Sessions.AsNoTracking()
                .Where(s => s.EndedAt == null && (s.LastSeenAt <= idleSince || s.CreatedAt <= olderThan))
                .OrderBy(s => s.Id)
                .Take(BatchSize)
                .ToListAsync(cancellation);
            foreach (var session in over)
            {
                var reason = BrowserSessions.EndReasonAt(session, options.Value, now) ?? SessionEnd.Idle;
                await end.OneAsync(session.AccountId, session.Id, reason, new EventContext(clock), cancellation);
            }
        }
        while (over.Count == BatchSize);

        await db.AttemptCounters.Where(counter => counter.ExpiresAt < now).ExecuteDeleteAsync(cancellation);
        await db.VerificationCodes.Where(code => code.ExpiresAt < now).ExecuteDeleteAsync(cancellation);
    }

    [LoggerMessage(EventId = 1210, Level = LogLevel.Warning, Message = "Expired sessions could not be ended; next try in a minute")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
