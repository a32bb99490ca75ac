namespace Backbone.Identity.Accounts.Passwords;

/// <summary>Words of the password rules; the keys are the refusal codes.</summary>
internal sealed class PasswordTexts;
