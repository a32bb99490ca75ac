namespace Backbone.Credit.Sealed;

/// <summary>Words of the pages of sealed copies.</summary>
internal sealed class SealedTexts;
