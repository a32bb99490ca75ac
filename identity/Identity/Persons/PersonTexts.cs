namespace Backbone.Identity.Persons;

/// <summary>Words of the pages on which more becomes known of a person.</summary>
internal sealed class PersonTexts;
