using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Backbone.Platform.Yaml;

/// <summary>
/// Reads one YAML file as plain maps, lists and texts. Refused: more than 64 KiB, more than one document, tags (they choose types), anchors and
/// aliases (they multiply), double keys. The text is looked at as events first, so nothing refused is ever built.
/// </summary>
public static class YamlSource
{
    public const int LargestFile = 64 * 1024;

    public static YamlMap? Read(string file, byte[] bytes, List<YamlFailure> failures)
    {
        if (bytes.Length > LargestFile)
        {
            failures.Add(new(file, "(file)", $"at most {LargestFile} bytes", $"{bytes.Length} bytes"));
            return null;
        }

        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            failures.Add(new(file, "(file)", "UTF-8 text", "bytes that are not UTF-8"));
            return null;
        }

        try
        {
            if (!IsPlain(file, text, failures))
            {
                return null;
            }

            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents is [{ RootNode: YamlMappingNode root }])
            {
                return new YamlMap(file, "", root, failures);
            }

            failures.Add(new(file, "(file)", "one document of keys and values", $"{stream.Documents.Count} documents"));
        }
        catch (YamlException exception)
        {
            failures.Add(new($"{file}:{exception.Start.Line}", "(file)", "readable YAML with every key once", exception.Message));
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // The library's scanner fails so on some texts that are no YAML, without saying where.
            failures.Add(new(file, "(file)", "readable YAML with every key once", "a text that is none"));
        }

        return null;
    }

    private static bool IsPlain(string file, string text, List<YamlFailure> failures)
    {
        var parser = new Parser(new StringReader(text));
        while (parser.MoveNext())
        {
            var refused = parser.Current switch
            {
                AnchorAlias alias => $"*{alias.Value}",
                NodeEvent { Anchor.IsEmpty: false } node => $"&{node.Anchor}",
                NodeEvent { Tag.IsEmpty: false } node => node.Tag.ToString(),
                _ => null,
            };
            if (refused is not null)
            {
                failures.Add(new($"{file}:{parser.Current!.Start.Line}", "(file)", "no tags, anchors or aliases", refused));
                return false;
            }
        }

        return true;
    }
}
