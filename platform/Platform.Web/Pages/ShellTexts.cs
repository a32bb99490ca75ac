namespace Backbone.Platform.Web.Pages;

/// <summary>Words of the shell, the components and the platform's own pages.</summary>
public sealed class ShellTexts;
