namespace Backbone.Identity.Register;

/// <summary>Words of the pages of both journeys.</summary>
internal sealed class RegisterTexts;
