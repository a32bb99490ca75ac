using Backbone.Audit.Appending;
using Backbone.Audit.Contracts;
using Backbone.Audit.Doctor;
using Backbone.Audit.Privacy;
using Backbone.Audit.Storage;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Backbone.Audit;

/// <summary>Registers the log of this process.</summary>
public static class AuditTrailServices
{
    /// <summary>
    /// <see cref="IAuditTrail"/>, on a segment log in <c>&lt;data&gt;/audit/log</c>, and the health check <c>audit-log</c>. The log is
    /// opened before the first request, so that a damaged one stops the start; disposing the container drains and closes it.
    /// </summary>
    public static IServiceCollection AddAuditTrail(this IServiceCollection services, BackboneOptions platform)
    {
        services.TryAddSingleton(platform);
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<AuditOptions>().BindConfiguration(AuditOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AuditOptions>, AuditOptionsBounds>();
        services.AddSingleton(provider => Open(provider, platform.PathOf("audit", "log")));
        services.AddSingleton<IAuditTrail>(provider => provider.GetRequiredService<SegmentLog>());
        services.AddSingleton(_ => PrivacyKeys.LoadOrCreate(platform.PathOf("keys", "audit-privacy.key")));
        services.AddSingleton<ICommitments>(provider => provider.GetRequiredService<PrivacyKeys>());
        services.AddHostedService<AuditLogStart>();
        services.AddSingleton<IDoctorCheck, AuditLogCheck>();
        services.AddHealthChecks().AddCheck<AuditLogHealth>(AuditLogHealth.Name);
        return services;
    }

    private static SegmentLog Open(IServiceProvider provider, string directory)
    {
        var options = provider.GetRequiredService<IOptions<AuditOptions>>().Value;
        var log = provider.GetRequiredService<ILogger<AuditModule>>();
        var clock = provider.GetRequiredService<TimeProvider>();
        var settings = new SegmentLogSettings
        {
            SegmentBytes = (long)options.SegmentMegabytes << 20,
            QueueLength = options.QueueLength,
            DeduplicationWindow = options.DeduplicationWindow,
            BatchBytes = Math.Min(8, options.SegmentMegabytes) << 20,
            VerifyAll = options.VerifyAllAtStart,
        };
        var opened = new SegmentLog(new FileSegmentStore(directory), settings, Guid.CreateVersion7(clock.GetUtcNow()));
        AuditLogLines.Opened(log, directory, opened.Records.EndIndex);
        if (opened.Torn is { } torn)
        {
            AuditLogLines.TailCut(log, torn.Path, torn.Offset, torn.Bytes);
        }

        return opened;
    }
}

/// <summary>Opens the log, and reads or makes the keys of privacy, before anything listens.</summary>
internal sealed class AuditLogStart(SegmentLog log, PrivacyKeys keys) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return log.Failure is null ? Task.CompletedTask : Task.FromException(log.Failure);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        return Task.CompletedTask;
    }
}

internal static partial class AuditLogLines
{
    [LoggerMessage(3000, LogLevel.Information, "Audit log {Directory} opened with {Events} events")]
    public static partial void Opened(ILogger logger, string directory, long events);

    [LoggerMessage(3001, LogLevel.Warning, "Audit log: torn tail cut from {Path} at offset {Offset}: {Bytes} bytes that were never acknowledged")]
    public static partial void TailCut(ILogger logger, string path, long offset, long bytes);
}
