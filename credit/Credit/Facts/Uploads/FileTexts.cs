namespace Backbone.Credit.Facts.Uploads;

/// <summary>Words of the pages of files of facts.</summary>
internal sealed class FileTexts;
