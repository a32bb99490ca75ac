namespace Backbone.Credit.Enterprise;

/// <summary>Words of the enterprise's own pages and of their sign-in.</summary>
internal sealed class EnterpriseTexts;
