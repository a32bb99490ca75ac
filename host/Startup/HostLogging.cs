using System.Globalization;
using Backbone.Platform.Web;
using Serilog;
using Serilog.Configuration;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace Backbone.Host.Startup;

/// <summary>The operational log (readable on the console, compact JSON in <c>&lt;data&gt;/logs</c>).</summary>
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
                .Filter.ByExcluding(IsGivenUp)
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
    }

    /// <summary>
    /// A start or a query that was told to stop is no error, and the framework writes its stack as one. A cancellation that nobody asked for
    /// still ends the start with its sentence (<c>Program.cs</c>) or the request with a problem.
    /// </summary>
    private static bool IsGivenUp(LogEvent line) =>
        line.Exception is OperationCanceledException
        && line.Properties.TryGetValue("SourceContext", out var source) && source is ScalarValue { Value: string category }
        && (category.StartsWith("Microsoft.Extensions.Hosting.", StringComparison.Ordinal)
            || category.StartsWith("Microsoft.EntityFrameworkCore.", StringComparison.Ordinal));
}
