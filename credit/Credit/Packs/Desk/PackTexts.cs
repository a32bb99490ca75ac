namespace Backbone.Credit.Packs.Desk;

/// <summary>Words of the pages of policy packs.</summary>
internal sealed class PackTexts;
