using System.Globalization;
using Backbone.Platform.Web;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Serilog;
using Serilog.Configuration;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace Backbone.Host.Startup;

/// <summary>The operational log (readable on the console, compact JSON in <c>&lt;data&gt;/logs</c>) and the optional OTLP export.</summary>
internal static class HostLogging
{
    private const int KeptFiles = 14;
    private const int FileBytes = 64 << 20;

    public static void Add(IServiceCollection services, BackboneOptions options)
    {
        services.AddSerilog(
            (_, logging) => logging
                .MinimumLevel.Is(Enum.Parse<LogEventLevel>(options.LogLevel))
                .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
                .MinimumLevel.Override("System.Net.Http", LogEventLevel.Warning)
                .MinimumLevel.Override("OpenIddict", LogEventLevel.Warning)
                .MinimumLevel.Override("Polly", LogEventLevel.Warning)
                .Enrich.FromLogContext()
                .WriteTo.Sink(new ScrubbedSink(LoggerSinkConfiguration.CreateSink(sinks =>
                {
                    sinks.Console(
                        outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}",
                        formatProvider: CultureInfo.InvariantCulture);
                    sinks.File(
                        new CompactJsonFormatter(),
                        options.PathOf("logs", "backbone-.json"),
                        rollingInterval: RollingInterval.Day,
                        rollOnFileSizeLimit: true,
                        fileSizeLimitBytes: FileBytes,
                        retainedFileCountLimit: KeptFiles);
                }))),
            preserveStaticLogger: true);

        // Without an exporter nothing listens: spans would cost time on every request and reach nobody.
        if (options.OtlpEndpoint is { } endpoint)
        {
            services.AddOpenTelemetry()
                .ConfigureResource(resource => resource.AddService("backbone"))
                .WithTracing(traces => traces
                    .AddSource("Backbone.*")
                    .AddAspNetCoreInstrumentation(http => http.Filter = context => !context.Request.Path.StartsWithSegments("/health"))
                    .AddHttpClientInstrumentation()
                    .AddOtlpExporter(export => export.Endpoint = new Uri(endpoint)))
                .WithMetrics(metrics => metrics
                    .AddMeter("Backbone.*")
                    .AddAspNetCoreInstrumentation()
                    .AddHttpClientInstrumentation()
                    .AddRuntimeInstrumentation()
                    .AddOtlpExporter(export => export.Endpoint = new Uri(endpoint)));
        }
    }
}
