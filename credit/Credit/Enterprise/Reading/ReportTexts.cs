namespace Backbone.Credit.Enterprise.Reading;

/// <summary>Words of the organisation's own report, on the page and on paper.</summary>
internal sealed class ReportTexts;
