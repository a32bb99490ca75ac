using System.Text.RegularExpressions;

namespace Backbone.Architecture.Tests;

/// <summary>Rules about one source file's name and text.</summary>
internal static partial class TidyRules
{
    private const int MostLines = 500;

    /// <summary>Longer files that were accepted on purpose. This list only shrinks.</summary>
    private static readonly string[] AcceptedLength = [];

    /// <summary>Framework seams keep the framework's word: this is OpenIddict's application manager with a cache.</summary>
    private static readonly string[] FrameworksWord = ["CachedClientManager"];

    /// <summary>Where memory is written by address, for a reason that the file states. This list only shrinks.</summary>
    private static readonly string[] AcceptedUnsafe = ["audit/Audit/Searching/Embedded/RowChunk.cs"];

    public static IEnumerable<string> Violations(string path, string text)
    {
        if (path.Contains("/Migrations/", StringComparison.Ordinal))
        {
            yield break;
        }

        var name = Path.GetFileNameWithoutExtension(path);
        if (Drawer().IsMatch(name) && !FrameworksWord.Contains(name))
        {
            yield return $"{path}: a name like '{name}' is a drawer; say what is in it.";
        }

        foreach (var type in DrawerType().Matches(text).Where(type => !FrameworksWord.Contains(type.Groups[1].Value)))
        {
            yield return $"{path}: the type '{type.Groups[1].Value}' is named like a drawer.";
        }

        var lines = text.Split('\n');
        if (lines.Length > MostLines && !AcceptedLength.Contains(path))
        {
            yield return $"{path}: {lines.Length} lines, {MostLines} are the most.";
        }

        if (lines.Any(line => line.TrimStart().StartsWith("#region", StringComparison.Ordinal)))
        {
            yield return $"{path}: a region hides what the file should say.";
        }

        if (Unsafe().IsMatch(text) && !AcceptedUnsafe.Contains(path))
        {
            yield return $"{path}: unsafe code is in {string.Join(", ", AcceptedUnsafe)} and nowhere else.";
        }

        if (Unfinished().IsMatch(text))
        {
            yield return $"{path}: something unfinished is marked in it.";
        }

        if (text.Contains('\r', StringComparison.Ordinal))
        {
            yield return $"{path}: lines end with LF.";
        }
    }

    [GeneratedRegex("(Helper|Helpers|Util|Utils|Utilities|Common|Manager|Service|Impl|Dto|Misc)$")]
    private static partial Regex Drawer();

    [GeneratedRegex(@"(?m)^[^""/]*\bunsafe\b")]
    private static partial Regex Unsafe();

    [GeneratedRegex(@"\b(?:class|record|struct|interface|enum)\s+(\w*(?:Helper|Helpers|Util|Utils|Common|Manager|Service|Impl|Dto))\b(?!\s*<)")]
    private static partial Regex DrawerType();

    [GeneratedRegex(@"//.*\b(TO" + @"DO|FIX" + @"ME|HA" + @"CK)\b|NotImplemented" + @"Exception")]
    private static partial Regex Unfinished();
}
