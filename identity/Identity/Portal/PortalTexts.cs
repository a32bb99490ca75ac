namespace Backbone.Identity.Portal;

/// <summary>Words of the portal.</summary>
internal sealed class PortalTexts;
