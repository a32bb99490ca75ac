namespace Backbone.Platform.Web.Components;

/// <summary>One wrong answer.</summary>
/// <param name="FieldId">Id of the input it is about; null when it is about the whole form.</param>
/// <param name="Message">The words that also stand at the field.</param>
public sealed record FieldError(string? FieldId, string Message);
