namespace Backbone.Credit.Scoring.Packs;

/// <summary>A pack cannot be used as asked; the message names the thing, the bound and the value, and may be shown to its author.</summary>
public sealed class PackException(string message) : Exception(message);
