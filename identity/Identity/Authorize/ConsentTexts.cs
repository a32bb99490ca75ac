namespace Backbone.Identity.Authorize;

/// <summary>Names the texts of consent, form_post and sign-out pages.</summary>
internal sealed class ConsentTexts;
