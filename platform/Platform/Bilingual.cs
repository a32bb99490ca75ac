namespace Backbone.Platform;

/// <summary>A text in the two languages of the pages.</summary>
public readonly record struct Bilingual(string Zh, string En);
