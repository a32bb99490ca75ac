namespace Backbone.Credit.Entities;

/// <summary>Words of the console's page of an organisation.</summary>
internal sealed class EntityTexts;
