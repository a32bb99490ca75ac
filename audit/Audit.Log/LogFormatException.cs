namespace Backbone.Audit.Log;

/// <summary>
/// What was given is not what its format demands. The one exception that parsing throws, whatever the bytes: they come from strangers.
/// The message says what was expected and what was found, never more of the input than a line's number or a length.
/// </summary>
public sealed class LogFormatException(string problem) : FormatException(problem);
