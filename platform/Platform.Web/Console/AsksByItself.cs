namespace Backbone.Platform.Web.Console;

/// <summary>
/// Marks an endpoint that a page asks again and again by itself: its requests keep neither the console's sign-in nor the portal's session
/// alive, or a page left open would be an open door for ever.
/// </summary>
public sealed class AsksByItself;
