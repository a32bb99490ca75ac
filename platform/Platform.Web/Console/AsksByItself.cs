namespace Backbone.Platform.Web.Console;

/// <summary>
/// Marks an endpoint that a page asks again and again by itself: its requests do not keep the console's sign-in alive, or a page left open
/// would be an open door for ever.
/// </summary>
public sealed class AsksByItself;
