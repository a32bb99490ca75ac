using System.Collections.Immutable;

namespace Backbone.Identity.Authorize;

/// <summary>How sure we are of who signed in: the <c>acr</c> values (OpenID Connect Core 2).</summary>
internal static class AssuranceClass
{
    public const string OneFactor = "urn:backbone:acr:1";

    public const string TwoFactors = "urn:backbone:acr:2";

    public static ImmutableArray<string> All { get; } = [OneFactor, TwoFactors];

    /// <summary>RFC 8176: two different factors, or a passkey that verified its user (which is two in one).</summary>
    public static string Of(IReadOnlyCollection<string> methods) =>
        methods.Count > 1 || methods.Contains("mfa") || methods.Contains("hwk") || methods.Contains("swk") ? TwoFactors : OneFactor;
}
