namespace Backbone.Platform.Web.Pages;

/// <summary>Where a form may send a person back to: a path of this host and nothing else (CWE-601).</summary>
public static class LocalPath
{
    /// <summary>The path when it is local, otherwise <c>/</c>.</summary>
    public static string OrRoot(string? path) => IsLocal(path) ? path! : "/";

    /// <summary>
    /// True for <c>/x</c>. False for <c>//host</c>, <c>/\host</c> (browsers read the backslash as a slash), absolute addresses, anything
    /// with a control character (browsers drop tabs and line ends before parsing) or a character outside ASCII.
    /// </summary>
    public static bool IsLocal(string? path) =>
        path is ['/', ..]
        && (path.Length == 1 || (path[1] != '/' && path[1] != '\\'))
        && path.Length <= 8192
        && !path.Any(c => c is < (char)0x21 or > (char)0x7E or '\\');
}
