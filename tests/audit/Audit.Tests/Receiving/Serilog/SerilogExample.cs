using Backbone.Audit.Serilog;
using Serilog;
using Serilog.Core;

namespace Backbone.Audit.Tests.Receiving.Serilog;

/// <summary>What docs/sending-events.md shows; a test holds the two together.</summary>
internal static class SerilogExample
{
    public static Logger Create(Uri host, string clientId, string secretFile) =>
        new LoggerConfiguration()
            .AuditTo.Backbone(backbone =>
            {
                backbone.Log = host;
                backbone.Issuer = host;
                backbone.ClientId = clientId;
                backbone.ClientSecret = () => File.ReadAllText(secretFile).Trim();
            })
            .CreateLogger();

    public static void ReadFile(ILogger audit, string file) =>
        audit
            .ForContext("event.action", "file-read")
            .ForContext("event.category", new[] { "file" })
            .ForContext("event.type", new[] { "access" })
            .ForContext("event.outcome", "success")
            .ForContext("resource.id", file)
            .Information("Read file {File}", file);
}
