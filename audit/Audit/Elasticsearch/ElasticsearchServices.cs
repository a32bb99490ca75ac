using Backbone.Audit.Connecting;
using Backbone.Audit.Elasticsearch.Client;
using Backbone.Audit.Elasticsearch.Exporting;
using Backbone.Audit.Elasticsearch.Reconciling;
using Backbone.Audit.Elasticsearch.Searching;
using Backbone.Audit.Searching;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Elasticsearch;

/// <summary>Registers the client of Elasticsearch, the export to it, and what holds its index against the log.</summary>
internal static class ElasticsearchServices
{
    /// <summary>The settings alone, for whoever has to know whether there is a cluster.</summary>
    public static void AddElasticsearchOptions(this ModuleContext context)
    {
        context.Services.AddOptions<ElasticsearchOptions>().Bind(context.Configuration.GetSection(ElasticsearchOptions.Section)).ValidateOnStart();
        context.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ElasticsearchOptions>, ElasticsearchOptionsBounds>());
    }

    public static void AddElasticsearch(this ModuleContext context)
    {
        var services = context.Services;
        services.AddHttpClient(ElasticsearchClient.Client)
            .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(provider => NamedAuthority.Handler(provider.GetRequiredService<IOptions<ElasticsearchOptions>>().Value.CertificateAuthority))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
        services.AddSingleton(provider => new ClusterNodes(
            [.. provider.GetRequiredService<IOptions<ElasticsearchOptions>>().Value.UrlList.Select(url => new Uri(url))],
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ElasticsearchClient>();
        services.AddSingleton(provider => new ExportTarget(
            context.Platform.PathOf("audit", "elasticsearch"), provider.GetRequiredService<IOptions<ElasticsearchOptions>>().Value.Index));
        services.AddSingleton<ExportProgress>();
        services.TryAddSingleton(new ExportLimits());
        services.AddMetrics();
        services.AddSingleton<ExportMetrics>();
        services.AddHostedService<ExportEvents>();
        services.AddSingleton<IEventIndex, ElasticsearchIndex>();
        services.AddSingleton<IndexWork>();
        services.AddSingleton(provider => new IndexUpkeep(context.Platform, provider.GetRequiredService<IndexWork>()));
        services.AddSingleton<ReconcileProgress>();
        services.AddSingleton<ReconcileMetrics>();
        services.AddHostedService<ReconcileRegularly>();
        services.AddSingleton<IDoctorCheck, Doctor.ElasticsearchCheck>();
        services.AddHealthChecks().AddCheck<ElasticsearchHealth>(ElasticsearchHealth.Name);
    }
}
