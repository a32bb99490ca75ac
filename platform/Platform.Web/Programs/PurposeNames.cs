namespace Backbone.Platform.Web.Programs;

/// <summary>
/// What purposes are called for which an organisation's record is opened, for pages of modules that know a purpose by its code alone. The module that
/// keeps the record registers it; on a host without that module there is none.
/// </summary>
/// <param name="find">By the code, in the language of the request; null for one that is not known.</param>
public sealed class PurposeNames(Func<string, string?> find)
{
    public string? Find(string code) => find(code);
}
