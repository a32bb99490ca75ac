using Backbone.Audit.Contracts;
using Backbone.Audit.Integrating;
using Backbone.Audit.Retention;
using Backbone.Audit.Storage;
using Backbone.Audit.Witnessing;
using Backbone.Platform.Web;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Publishing;

/// <summary>Registers the tree over the log of this process.</summary>
public static class AuditTree
{
    /// <summary>
    /// Integrates, signs and publishes the log in <c>&lt;data&gt;/audit/tlog</c>. Call it after the log and the state: at start it holds the
    /// log against what was signed, and stops the start when they contradict each other.
    /// </summary>
    public static void AddAuditTree(this ModuleContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var services = context.Services;
        var platform = context.Platform;
        services.AddOptions<PublishingOptions>().Bind(context.Configuration.GetSection(PublishingOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PublishingOptions>, PublishingOptionsBounds>();
        services.AddSingleton(new TlogFolder(platform.PathOf("audit", "tlog")));
        services.AddSingleton<PublishedLog>();
        services.AddSingleton(provider => new AuditPublication(provider.GetRequiredService<PublishedLog>()));
        services.AddSingleton<Anchors>();
        services.AddSingleton<KeptCheckpoints>();
        services.AddSingleton(provider => LogSigner.Open(
            provider.GetRequiredService<IOptions<PublishingOptions>>().Value, platform,
            provider.GetRequiredService<TlogFolder>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new EventReceipts(
            (index, entry, cancellation) => IssueReceipt.WhenCoveredAsync(
                index, entry, provider.GetRequiredService<PublishedLog>(), provider.GetRequiredService<TlogFolder>(), provider.GetRequiredService<LogSigner>(), cancellation),
            () => provider.GetRequiredService<LogSigner>().VerifierKey));
        services.AddSingleton<Publisher>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<OpenTree>(
            provider, new CursorFile(platform.PathOf("audit", "cursors"), "tree")));
        services.AddHostedService<IntegrateLog>();
        services.AddSingleton<MinimumFile>();
        services.AddSingleton<RetentionProgress>();
        services.AddOptions<RetentionOptions>().Bind(context.Configuration.GetSection(RetentionOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RetentionOptions>, RetentionOptionsBounds>();
        AskWitnesses.AddClient(services);
        services.AddHostedService<AskWitnesses>();
        services.AddOptions<WitnessOptions>().Bind(context.Configuration.GetSection(WitnessOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<WitnessOptions>, WitnessOptionsBounds>();
        services.AddSingleton<Witness>();
        services.AddSingleton(provider => new AuditLogAddress(
            platform.PathOf("audit", "log"), platform.PublicUrl + ServeTlog.Prefix, provider.GetRequiredService<LogSigner>().VerifierKey));
        services.AddHealthChecks().AddCheck<PublishingHealth>(PublishingHealth.Name);
    }
}

/// <summary>Where strangers find the log and by which key they know it.</summary>
/// <param name="Folder">The segments' folder on this machine.</param>
/// <param name="Url">The public address below which <c>checkpoint</c> and <c>tile/…</c> lie.</param>
/// <param name="VerifierKey">The vkey of C2SP signed-note.</param>
public sealed record AuditLogAddress(string Folder, string Url, string VerifierKey);

/// <summary>Unhealthy when checkpoints are no longer signed; degraded when the newest is late although events wait for one.</summary>
internal sealed class PublishingHealth(PublishedLog published, Appending.SegmentLog log, TimeProvider clock) : IHealthCheck
{
    public const string Name = "audit-tree";

    /// <summary>Ten times the longest interval between two checkpoints.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(10);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (published.Failure is { } failure)
        {
            return Task.FromResult(HealthCheckResult.Unhealthy("the audit log is no longer published: " + failure.Message, failure));
        }

        var state = published.State;
        var waiting = log.Records.EndIndex - state.Published;
        if (waiting <= 0 || (state.PublishedAt ?? state.BegunAt) is not { } at || clock.GetUtcNow() - at <= Late)
        {
            return Task.FromResult(HealthCheckResult.Healthy());
        }

        return Task.FromResult(HealthCheckResult.Degraded(state.PublishedAt is null
            ? $"{waiting} events wait for a checkpoint; none was signed since the start at {at:O}"
            : $"{waiting} events wait for a checkpoint; the newest is of {at:O}"));
    }
}
