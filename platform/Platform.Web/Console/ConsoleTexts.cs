namespace Backbone.Platform.Web.Console;

/// <summary>Words of the console's own pages.</summary>
public sealed class ConsoleTexts;
