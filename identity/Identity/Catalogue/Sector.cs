using Backbone.Platform;

namespace Backbone.Identity.Catalogue;

/// <summary>A heading of the portal, in the order of <c>sectors.yml</c>.</summary>
internal sealed record Sector(string Id, Bilingual Name, Bilingual Description, string Icon);
