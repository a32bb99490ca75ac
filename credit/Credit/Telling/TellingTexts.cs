namespace Backbone.Credit.Telling;

/// <summary>Words of the pages about what programs are told by themselves.</summary>
internal sealed class TellingTexts;
