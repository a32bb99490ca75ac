namespace Backbone.Audit.Serilog;

/// <summary>
/// The issuer knows no such client, its secret is another, or it may not write to the log: trying again changes nothing until somebody mends the
/// settings here or the catalogue there. The event was not taken. Thrown at once, and said in Serilog's <c>SelfLog</c> each time the issuer is asked.
/// </summary>
public sealed class BackboneAuditClientException : BackboneAuditException
{
    public BackboneAuditClientException() { }

    public BackboneAuditClientException(string message) : base(message) { }

    public BackboneAuditClientException(string message, Exception inner) : base(message, inner) { }

    /// <summary>The issuer's word (RFC 6749 5.2), e.g. <c>invalid_client</c>.</summary>
    public string Error { get; init; } = "";
}
