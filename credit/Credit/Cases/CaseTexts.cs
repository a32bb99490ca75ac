namespace Backbone.Credit.Cases;

/// <summary>Words of the pages of objections and repairs.</summary>
internal sealed class CaseTexts;
