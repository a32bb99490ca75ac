namespace Backbone.Identity.Notices;

/// <summary>Words of notices and of the page that shows them in a demonstration.</summary>
internal sealed class NoticeTexts;
