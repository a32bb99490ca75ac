using Serilog;
using Serilog.Configuration;

namespace Backbone.Audit.Serilog;

/// <summary><c>AuditTo.Backbone(…)</c>.</summary>
public static class BackboneAuditExtensions
{
    /// <summary>
    /// Every event that is written goes to the audit log before the call returns. What was not taken is an exception of that call
    /// (<see cref="BackboneAuditException"/>): the act it was to record must not be done.
    /// </summary>
    /// <param name="audit">The logger's <c>AuditTo</c>.</param>
    /// <param name="configure">Says where the log is and who sends.</param>
    /// <exception cref="ArgumentException">An option is missing or out of bounds.</exception>
    public static LoggerConfiguration Backbone(this LoggerAuditSinkConfiguration audit, Action<BackboneAuditOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(audit);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new BackboneAuditOptions();
        configure(options);
        options.Check();
        return audit.Sink(new BackboneAuditSink(options));
    }
}
