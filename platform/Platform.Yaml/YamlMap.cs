using System.Collections.Immutable;
using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Backbone.Platform.Yaml;

/// <summary>
/// One map of a file. Every reader notes what is wrong and goes on with a harmless value, so that all failures of a file are told at once.
/// <see cref="RefuseOthers"/> comes last: a key nobody asked for is a spelling mistake.
/// </summary>
public sealed class YamlMap(string file, string path, YamlMappingNode node, List<YamlFailure> failures)
{
    private const int LongestText = 500;
    private const int LongestList = 50;
    private readonly HashSet<string> asked = new(StringComparer.Ordinal);

    public string File => file;

    public bool Has(string key) => Node(key) is not null;

    public bool IsMap(string key) => Node(key) is YamlMappingNode;

    public void Fail(string key, string bound, string value) => failures.Add(new($"{file}:{LineOf(key)}", path + key, bound, value));

    public string Text(string key, int longest = LongestText)
    {
        if (Node(key) is not YamlScalarNode { Value: { } value } || string.IsNullOrWhiteSpace(value))
        {
            Fail(key, "required text", Shown(key));
            return "";
        }

        if (value.Length > longest || value.Any(char.IsControl))
        {
            Fail(key, $"1–{longest} characters on one line", value);
        }

        return value.Trim();
    }

    public string? OptionalText(string key) => Has(key) ? Text(key) : null;

    public Bilingual Both(string key)
    {
        if (Node(key) is not YamlMappingNode)
        {
            Fail(key, "a text in both languages (zh and en)", Shown(key));
            return new("", "");
        }

        var map = Map(key)!;
        var both = new Bilingual(map.Text("zh"), map.Text("en"));
        map.RefuseOthers();
        return both;
    }

    public int Number(string key, int least, int most)
    {
        var text = Text(key);
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        Fail(key, $"a whole number {least}–{most}", text);
        return least;
    }

    public bool Flag(string key, bool otherwise)
    {
        if (!Has(key))
        {
            return otherwise;
        }

        var text = Text(key);
        if (text is not ("true" or "false"))
        {
            Fail(key, "true or false", text);
        }

        return text == "true";
    }

    /// <summary>One of the given words; the first is returned when none fits.</summary>
    public T Choice<T>(string key, params (string Word, T Value)[] words)
    {
        var text = Text(key);
        foreach (var (word, value) in words)
        {
            if (word == text)
            {
                return value;
            }
        }

        if (text.Length > 0)
        {
            Fail(key, "one of " + string.Join(", ", words.Select(word => word.Word)), text);
        }

        return words[0].Value;
    }

    public ImmutableArray<string> Texts(string key)
    {
        switch (Node(key))
        {
            case null:
                return [];
            case YamlSequenceNode list when list.Children.Count <= LongestList && list.Children.All(IsShortText):
                var texts = list.Children.Select(child => ((YamlScalarNode)child).Value!).ToImmutableArray();
                if (texts.Distinct(StringComparer.Ordinal).Count() != texts.Length)
                {
                    Fail(key, "each value once", string.Join(", ", texts));
                }

                return texts;
            default:
                Fail(key, $"a list of at most {LongestList} texts", Shown(key));
                return [];
        }
    }

    /// <summary>A list of maps, in the file's order; empty when the key is not there.</summary>
    public IReadOnlyList<YamlMap> List(string key, int most = LongestList)
    {
        switch (Node(key))
        {
            case null:
                return [];
            case YamlSequenceNode list when list.Children.Count <= most && list.Children.All(child => child is YamlMappingNode):
                return [.. list.Children.Select((child, i) => new YamlMap(file, $"{path}{key}[{i}].", (YamlMappingNode)child, failures))];
            default:
                Fail(key, $"a list of at most {most} entries of keys and values", Shown(key));
                return [];
        }
    }

    /// <summary>A date, ISO 8601; the first of all when it is none.</summary>
    public DateOnly Date(string key)
    {
        var text = Text(key);
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return date;
        }

        if (text.Length > 0)
        {
            Fail(key, "a date, yyyy-mm-dd", text);
        }

        return default;
    }

    public DateOnly? OptionalDate(string key) => Has(key) ? Date(key) : null;

    public YamlMap? Map(string key)
    {
        switch (Node(key))
        {
            case null:
                return null;
            case YamlMappingNode map:
                return new YamlMap(file, $"{path}{key}.", map, failures);
            default:
                Fail(key, "keys and values", Shown(key));
                return null;
        }
    }

    /// <summary>The maps of a map, in the file's order: key and content.</summary>
    public IEnumerable<(string Key, YamlMap Map)> Maps()
    {
        foreach (var key in node.Children.Keys.OfType<YamlScalarNode>().Select(key => key.Value ?? "").ToList())
        {
            if (Map(key) is { } map)
            {
                yield return (key, map);
            }
        }
    }

    public void RefuseOthers()
    {
        foreach (var key in node.Children.Keys.Select(key => (key as YamlScalarNode)?.Value ?? key.ToString()))
        {
            if (!asked.Contains(key))
            {
                Fail(key, "known keys only: " + string.Join(", ", asked), key);
            }
        }
    }

    private static bool IsShortText(YamlNode child) =>
        child is YamlScalarNode { Value: { Length: > 0 and <= LongestText } value } && !value.Any(char.IsControl);

    private YamlNode? Node(string key)
    {
        asked.Add(key);
        return node.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;
    }

    private string Shown(string key) => Node(key) switch
    {
        null => "nothing",
        YamlScalarNode scalar => scalar.Value ?? "nothing",
        YamlSequenceNode list => $"a list of {list.Children.Count}",
        _ => "keys and values",
    };

    private long LineOf(string key) =>
        node.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child.Start.Line : node.Start.Line;
}
