using Backbone.Audit.Appending;
using Backbone.Audit.Connecting;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;
using Backbone.Audit.Doctor;
using Backbone.Audit.Privacy;
using Backbone.Audit.Receiving.Spools;
using Backbone.Audit.Storage;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Forwarding;

/// <summary>Registers the audit trail of a host whose log is on another machine.</summary>
public static class AuditForwarding
{
    private const int LeastSegments = 16;

    /// <summary>Whether this host's events go to the log of another.</summary>
    public static bool IsUsed(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return configuration[$"{ForwardOptions.Section}:{nameof(ForwardOptions.Url)}"] is { Length: > 0 };
    }

    /// <summary>
    /// <see cref="IAuditTrail"/> on a spool in <c>&lt;data&gt;/audit/spool</c>, and the loop that empties it. Takes the place of the log, its state,
    /// its tree and its index; the host has none of them.
    /// </summary>
    public static void AddAuditForwarding(this ModuleContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var services = context.Services;
        var platform = context.Platform;
        services.AddOptions<AuditOptions>().Bind(context.Configuration.GetSection(AuditOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AuditOptions>, AuditOptionsBounds>();
        services.AddOptions<ForwardOptions>().Bind(context.Configuration.GetSection(ForwardOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ForwardOptions>, ForwardOptionsBounds>();
        services.TryAddSingleton(new ForwardLimits());
        services.AddHttpClient(LogHost.Client)
            .ConfigureHttpClient(LogHost.Bound)
            .ConfigurePrimaryHttpMessageHandler(provider =>
                NamedAuthority.Handler(provider.GetRequiredService<IOptions<ForwardOptions>>().Value.CertificateAuthority))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
        services.AddSingleton(_ => KeysOfTheLog(platform.PathOf("keys", "audit-privacy.key")));
        services.AddSingleton<ICommitments>(provider => provider.GetRequiredService<PrivacyKeys>());
        services.AddSingleton(new CursorFile(platform.PathOf("audit", "cursors"), "forward"));
        services.AddSingleton(provider => new SpoolDrops(platform.PathOf("audit", "dropped.json"), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => Open(provider, platform.PathOf("audit", "spool")));
        services.AddSingleton<IAuditTrail>(provider => provider.GetRequiredService<SpoolTrail>());
        services.AddSingleton(provider => new RefusedEvents(platform.PathOf("audit", "refused.ndjson"), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ForwardProgress>();
        services.AddMetrics();
        services.AddSingleton<ForwardMetrics>();
        services.AddSingleton<ForwardToken>();
        services.AddSingleton<LogHost>();
        services.AddHostedService<SpoolStart>();
        services.AddHostedService<ForwardEvents>();
        services.AddSingleton<IDoctorCheck, SpoolCheck>();
        services.AddHealthChecks().AddCheck<SpoolHealth>(SpoolHealth.Name);
    }

    /// <summary>
    /// A key made here would begin with the same epoch as the log's and another secret: what it commits to stands in the log for ever and agrees
    /// with nothing there.
    /// </summary>
    private static PrivacyKeys KeysOfTheLog(string path) => File.Exists(path)
        ? PrivacyKeys.LoadOrCreate(path)
        : throw new PrivacyKeysException(
            $"{path} is missing. A host that forwards its audit events needs the key of the host that keeps the log: copy it from there, mode 0600 (docs/forwarding.md).");

    private static SpoolTrail Open(IServiceProvider provider, string folder)
    {
        var options = provider.GetRequiredService<IOptions<AuditOptions>>().Value;
        var log = provider.GetRequiredService<ILogger<AuditModule>>();
        var forward = provider.GetRequiredService<IOptions<ForwardOptions>>().Value;

        // Whole segments are what is deleted, and what the bound is counted in: never fewer than sixteen.
        var segment = Math.Min((long)options.SegmentMegabytes << 20, forward.MaximumBytes / LeastSegments);
        var settings = new SegmentLogSettings
        {
            SegmentBytes = segment,
            QueueLength = options.QueueLength,
            DeduplicationWindow = options.DeduplicationWindow,
            BatchBytes = (int)Math.Min(8 << 20, segment / 4),
            VerifyAll = options.VerifyAllAtStart,
        };
        var catalogue = provider.GetRequiredService<EventCatalogue>();
        var added = ForwardedEvent.AgentOf(new SpoolName(forward.ClientId, Guid.Empty)).Length;
        var spool = new SpoolTrail(
            folder, settings, forward.MaximumBytes, provider.GetRequiredService<SpoolDrops>(), WhenFull, AuditEventJson.MaxBytes - added,
            Guid.CreateVersion7(provider.GetRequiredService<TimeProvider>().GetUtcNow()));
        var cursor = provider.GetRequiredService<CursorFile>();
        if (!SpoolCursor.Holds(cursor, spool))
        {
            ForwardLines.CursorOfAnother(log, cursor.FullPath, spool.Id, spool.Records.StartIndex);
        }

        var waiting = spool.Records.EndIndex - (cursor.Read() ?? 0);
        ForwardLines.Opened(log, forward.Url, folder, waiting);
        if (spool.Torn is { } torn)
        {
            ForwardLines.TailCut(log, torn.Path, torn.Offset, torn.Bytes);
        }

        return spool;

        WhenUnavailable WhenFull(string module, string action) => forward.WhenFull.TryGetValue($"{module}/{action}", out var choice)
            ? choice == ForwardOptionsBounds.CountedDrop ? WhenUnavailable.Buffer : WhenUnavailable.FailClosed
            : catalogue.Find(module, action)?.WhenUnavailable ?? WhenUnavailable.FailClosed;
    }
}

/// <summary>Opens the spool, and reads the keys of privacy, before anything listens: that they are asked for is what it does.</summary>
internal sealed class SpoolStart(SpoolTrail spool, PrivacyKeys keys) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return spool.Failure is null ? Task.CompletedTask : Task.FromException(spool.Failure);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
