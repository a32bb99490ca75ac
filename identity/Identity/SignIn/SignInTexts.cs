namespace Backbone.Identity.SignIn;

/// <summary>Words of the sign-in pages.</summary>
internal sealed class SignInTexts;
