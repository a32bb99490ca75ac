namespace Backbone.Credit.Supervision;

/// <summary>Words of the pages of those who are told what is overdue.</summary>
internal sealed class SupervisionTexts;
