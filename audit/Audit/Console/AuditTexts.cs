namespace Backbone.Audit.Console;

/// <summary>Words of the audit pages.</summary>
internal sealed class AuditTexts;
