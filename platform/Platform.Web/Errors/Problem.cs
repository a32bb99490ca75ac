namespace Backbone.Platform.Web.Errors;

/// <summary>
/// One kind of refusal (RFC 9457). Each module lists its own in one <c>Problems.cs</c>; the title is constant and English, the detail
/// of one occurrence says more, and a person reads a page instead.
/// </summary>
/// <param name="Module">Who refuses: <c>platform</c>, <c>identity</c>, <c>audit</c> …</param>
/// <param name="Code">Kebab case, unique in the module, never reused for something else.</param>
/// <param name="Status">The HTTP status code.</param>
/// <param name="Title">Constant, English, no data of the occurrence.</param>
public sealed record Problem(string Module, string Code, int Status, string Title)
{
    /// <summary>The problem's <c>type</c>.</summary>
    public string Type => $"urn:backbone:{Module}:{Code}";
}
