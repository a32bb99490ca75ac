namespace Backbone.Credit.PriorNotices;

/// <summary>Words of the pages of notices before a grade is published.</summary>
internal sealed class NoticeTexts;
