namespace Backbone.Identity.AccountPages;

/// <summary>Words of the account pages.</summary>
internal sealed class AccountTexts;
