namespace Backbone.Audit.Disclosure;

/// <summary>Words of the page "who looked at my data" and of its sign-in.</summary>
internal sealed class UsageTexts;
