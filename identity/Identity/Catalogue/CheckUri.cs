namespace Backbone.Identity.Catalogue;

/// <summary>
/// Which addresses may stand in a client's file. Redirect URIs are compared letter by letter (RFC 9700 4.1.3), so they must be complete, without
/// wildcard and without fragment (RFC 6749 3.1.2).
/// </summary>
internal static class CheckUri
{
    private const int Longest = 500;

    /// <summary>What is wrong with it as a page of a web app, or null: absolute https, or http on loopback for development.</summary>
    public static string? Page(string value) =>
        Parse(value, out var uri) is { } wrong ? wrong
        : uri!.Scheme == Uri.UriSchemeHttps || IsLoopbackHttp(uri) ? null
        : "https, or http on localhost, 127.0.0.1 or [::1]";

    /// <summary>RFC 8252 7: claimed https, private-use scheme of a reversed domain name, or http on a loopback address (any port).</summary>
    public static string? Native(string value) =>
        Parse(value, out var uri) is { } wrong ? wrong
        : uri!.Scheme == Uri.UriSchemeHttps ? null
        : uri.Scheme == Uri.UriSchemeHttp
            ? uri.Host is "127.0.0.1" or "[::1]" ? null : "RFC 8252 8.3: http only on 127.0.0.1 or [::1], not on a name"
        : uri.Scheme.Contains('.', StringComparison.Ordinal) ? null
        : "RFC 8252 7.1: a private-use scheme is a domain name reversed (cn.gov.example.app:/callback)";

    /// <summary>RFC 8707 2: an absolute URI without fragment. URNs are welcome: they outlive addresses.</summary>
    public static string? Resource(string value) =>
        Parse(value, out var uri) is { } wrong ? wrong
        : uri!.Scheme is "urn" or "https" || IsLoopbackHttp(uri) ? null
        : "RFC 8707 2: an absolute urn: or https: URI";

    private static string? Parse(string value, out Uri? uri)
    {
        uri = null;
        return value.Length > Longest ? $"at most {Longest} characters"
            : value.Contains('*', StringComparison.Ordinal) ? "no wildcard: each address in full"
            : value.Contains('#', StringComparison.Ordinal) ? "no fragment"
            : value.Any(c => c is <= ' ' or >= (char)127 or '\\') ? "printable ASCII without spaces"
            : !Uri.TryCreate(value, UriKind.Absolute, out uri) || value.StartsWith('/') ? "an absolute URI"
            : uri.UserInfo.Length > 0 ? "no user name in the address"
            : null;
    }

    private static bool IsLoopbackHttp(Uri uri) => uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback;
}
