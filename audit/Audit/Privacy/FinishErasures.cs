using System.Threading.Channels;
using Backbone.Audit.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Backbone.Audit.Privacy;

/// <summary>
/// Empties the audit database's write-ahead log where an erasure could not, because somebody read the database: again and again until it is
/// done. And at every start, for a crash may have come between the key and the log.
/// </summary>
internal sealed partial class FinishErasures(IServiceScopeFactory scopes, TimeProvider clock, ILogger<AuditModule> logger) : BackgroundService
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(15);

    private readonly Channel<bool> bell = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly SemaphoreSlim one = new(1, 1);

    private volatile bool waits;

    /// <summary>A destroyed key may still stand in the write-ahead log.</summary>
    public bool Waits => waits;

    /// <summary>An erasure left something to do.</summary>
    public void Begin()
    {
        waits = true;
        LogLingers(logger);
        bell.Writer.TryWrite(true);
    }

    /// <summary>True when nothing is left to do.</summary>
    public async Task<bool> TryAsync(CancellationToken cancellation)
    {
        await one.WaitAsync(cancellation);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            if (!await WriteAheadLog.EmptyAsync(scope.ServiceProvider.GetRequiredService<AuditDb>(), clock, cancellation))
            {
                return false;
            }
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            // Of any kind: a database that is away for a moment ends no host.
            LogFailed(logger, failure);
            return false;
        }
        finally
        {
            one.Release();
        }

        if (waits)
        {
            waits = false;
            LogFinished(logger);
        }

        return true;
    }

    public override void Dispose()
    {
        one.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            if (await TryAsync(stoppingToken))
            {
                await bell.Reader.ReadAsync(stoppingToken);
            }
            else
            {
                await Task.Delay(TryAgain, clock, stoppingToken);
            }
        }
    }

    [LoggerMessage(3550, LogLevel.Warning, "A subject's key was destroyed, but a program that reads audit.db keeps its write-ahead log from being emptied, and that still holds the key; tried again every 15 s")]
    private static partial void LogLingers(ILogger logger);

    [LoggerMessage(3551, LogLevel.Information, "The audit database's write-ahead log was emptied: nothing of destroyed keys is left in its files")]
    private static partial void LogFinished(ILogger logger);

    [LoggerMessage(3552, LogLevel.Warning, "The audit database's write-ahead log could not be emptied; tried again in 15 s")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}

/// <summary>Degraded while a destroyed key may still stand in the write-ahead log.</summary>
internal sealed class ErasureHealth(FinishErasures finishing) : IHealthCheck
{
    public const string Name = "audit-erasure";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        finishing.Waits
            ? HealthCheckResult.Degraded("a program that reads audit.db keeps a destroyed key in its write-ahead log; end the program (a backup, a shell)")
            : HealthCheckResult.Healthy());
}
