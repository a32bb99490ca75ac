namespace Backbone.Platform.Yaml;

/// <summary>One reason a file is refused.</summary>
/// <param name="File">The file's name, and the line where known.</param>
/// <param name="Key">The path of the key ("client.redirects[1]").</param>
/// <param name="Bound">What is allowed.</param>
/// <param name="Value">What was found, cut to 100 characters; never a secret.</param>
public sealed record YamlFailure(string File, string Key, string Bound, string Value)
{
    private const int LongestShown = 100;

    public override string ToString() =>
        $"{File}: {Key}: {Bound}; found '{(Value.Length <= LongestShown ? Value : Value[..LongestShown] + "…")}'";
}
