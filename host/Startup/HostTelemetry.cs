using Backbone.Platform.Web;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Backbone.Host.Startup;

/// <summary>Traces and metrics to <see cref="BackboneOptions.OtlpEndpoint"/>.</summary>
internal static class HostTelemetry
{
    public static void Add(IServiceCollection services, BackboneOptions options)
    {
        // Without an exporter nothing listens: spans would cost time on every request and reach nobody.
        if (options.OtlpEndpoint is not { } endpoint)
        {
            return;
        }

        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("backbone"))
            .WithTracing(traces => traces
                .AddSource("Backbone.*")
                .AddAspNetCoreInstrumentation(http => http.Filter = context => !context.Request.Path.StartsWithSegments("/health"))
                .AddHttpClientInstrumentation()
                .AddProcessor(new PrivateSpans())
                .AddOtlpExporter(export => Address(export, options.OtlpProtocol, endpoint, "v1/traces")))
            .WithMetrics(metrics => metrics
                .AddMeter("Backbone.*")
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddOtlpExporter(export => Address(export, options.OtlpProtocol, endpoint, "v1/metrics")));
    }

    /// <summary>OTLP 1.x, "OTLP/HTTP request": each signal has its path below the endpoint. gRPC has none.</summary>
    private static void Address(OtlpExporterOptions export, string protocol, string endpoint, string signal)
    {
        var grpc = protocol == BackboneOptions.OtlpGrpc;
        export.Protocol = grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        export.Endpoint = new Uri(grpc ? endpoint : $"{endpoint.TrimEnd('/')}/{signal}");
    }
}
