namespace Backbone.Credit.Paper;

/// <summary>Words of the page where anybody verifies a report.</summary>
internal sealed class PaperTexts;
