using Backbone.Audit.Elasticsearch;
using Backbone.Audit.Searching.Embedded;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Searching;

/// <summary>Registers the one <see cref="IEventIndex"/> of this process.</summary>
public static class EventIndexServices
{
    /// <summary>Addresses of Elasticsearch; with none the embedded index serves.</summary>
    public const string ElasticsearchUrls = "Backbone:Elasticsearch:Urls";

    /// <summary>Chooses the store. Call it after the log and its tree.</summary>
    public static void AddEventIndex(this ModuleContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.AddElasticsearchOptions();
        if (context.Configuration[ElasticsearchUrls] is { Length: > 0 })
        {
            context.AddElasticsearch();
        }
        else
        {
            AddEmbedded(context);
        }
    }

    /// <summary>Where the embedded index lies.</summary>
    internal static string FolderOf(BackboneOptions platform, EmbeddedIndexOptions options) => options.Folder ?? platform.PathOf("audit", "index");

    private static void AddEmbedded(ModuleContext context)
    {
        var services = context.Services;
        services.AddOptions<EmbeddedIndexOptions>().Bind(context.Configuration.GetSection(EmbeddedIndexOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<EmbeddedIndexOptions>, EmbeddedIndexBounds>();
        services.AddSingleton(provider => new EmbeddedIndex(FolderOf(context.Platform, Options(provider)), Options(provider)));
        services.AddSingleton<IEventIndex>(provider => provider.GetRequiredService<EmbeddedIndex>());
        services.AddSingleton<IndexState>();
        services.AddSingleton(provider =>
        {
            var index = provider.GetRequiredService<EmbeddedIndex>();
            return new IndexWriter(
                index.Database, index.Folder, index.Views, Options(provider), provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<AuditModule>>());
        });
        services.AddSingleton(provider => new MergeFiles(
            provider.GetRequiredService<EmbeddedIndex>().Folder, provider.GetRequiredService<IndexWriter>(), Options(provider),
            provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<FeedIndex>();
        services.AddSingleton<IDoctorCheck, EmbeddedIndexCheck>();
        services.AddHealthChecks().AddCheck<EmbeddedIndexHealth>(EmbeddedIndexHealth.Name);
    }

    private static EmbeddedIndexOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<EmbeddedIndexOptions>>().Value;
}
