using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Backbone.Audit.Receiving.Spools;

/// <summary>Moves the marks of quiet spools on, once a minute.</summary>
internal sealed class MoveSpoolMarks(SpoolIntake intake, TimeProvider clock, ILogger<AuditModule> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Move();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Asked to stop.
        }
    }

    /// <summary>A mark that stays behind costs time at the next start, nothing else.</summary>
    private void Move()
    {
        try
        {
            intake.MoveMarks();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            SpoolLines.NotMoved(logger, failure.Message);
        }
    }
}
