namespace Backbone.Identity.Organisations;

/// <summary>Words of the pages of organisations and of the choice whom to act for.</summary>
internal sealed class OrganisationTexts;
