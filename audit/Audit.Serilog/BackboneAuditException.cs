namespace Backbone.Audit.Serilog;

/// <summary>
/// An event is not known to be in the audit log: it was refused (the message names field and rule), or the log could not be reached in time.
/// The message never holds what the event said.
/// </summary>
public class BackboneAuditException : Exception
{
    public BackboneAuditException() { }

    public BackboneAuditException(string message) : base(message) { }

    public BackboneAuditException(string message, Exception inner) : base(message, inner) { }

    /// <summary>True: the event breaks a rule, and trying again changes nothing.</summary>
    public bool IsRefused { get; init; }
}
