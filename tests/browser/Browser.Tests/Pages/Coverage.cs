using System.Text.RegularExpressions;
using System.Xml.Linq;
using Backbone.Testing;

namespace Backbone.Browser.Tests.Pages;

/// <summary>What no picture shows: addresses of the endpoint table, and texts of the resource files.</summary>
internal static partial class Coverage
{
    /// <summary>Addresses that answer programs, or send a browser on and never show a page of their own.</summary>
    private static readonly string[] NotPages =
    [
        "/health/", "/assets/", "/.well-known/", "/connect/token", "/connect/userinfo", "/audit/", "/credit/v1/", "/console/audit/export",
        "/console/audit/live/rows", "/console/credit/files/", "/console/credit/pack-files/", "/console/credit/statistics/",
        "/console/credit/facts/AAAA/", "/console/credit/facts/template/", "/console/credit/sealed/AAAA/AAAA/copy.json", "/credit/my/again",
        "/credit/my/objections/AAAA/files/", "/credit/my/repairs/AAAA/files/",
    ];

    public static IEnumerable<string> PagesLeftOut(IReadOnlyCollection<string> seen)
    {
        var table = Path.Combine(Repository.Root, "tests", "integration", "Integration.Tests", "EndpointTable", "endpoints.txt");
        return File.ReadLines(table).Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(cells => cells[1] == "GET" && !NotPages.Any(start => cells[2].StartsWith(start, StringComparison.Ordinal)))
            .Select(cells => cells[2].Split('?')[0]).Distinct()
            .Where(address => !seen.Any(path => Regex.IsMatch(path, $"^{Regex.Escape(address).Replace("AAAA", "[^/]+", StringComparison.Ordinal)}$")));
    }

    public static IEnumerable<string> TextsLeftOut(IReadOnlyCollection<string> seen, string language, IReadOnlySet<string> exceptions)
    {
        // Browsers may break lines anywhere.
        var all = Spaces().Replace(string.Join('\n', seen), "");
        foreach (var (key, text) in TextsOf(language))
        {
            var pattern = Placeholder().Replace(Regex.Escape(Spaces().Replace(text, "")), ".{0,120}?");
            var shown = Regex.IsMatch(all, pattern, RegexOptions.CultureInvariant);
            if (!shown && !exceptions.Contains(key))
            {
                yield return $"no picture shows the text {key}: {text}";
            }
            else if (shown && exceptions.Contains(key))
            {
                yield return $"{key} stands in unseen.txt, but a picture shows it";
            }
        }
    }

    private static IEnumerable<(string Key, string Text)> TextsOf(string language) =>
        from module in new[] { "audit", "credit", "identity", "platform" }
        from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, module), "*.resx", SearchOption.AllDirectories)
        let name = Path.GetFileName(file)
        where name.EndsWith(".en.resx", StringComparison.Ordinal) == language.StartsWith("en", StringComparison.Ordinal)
        from data in XDocument.Load(file).Root!.Elements("data")
        select ($"{name.Split('.')[0]}.{data.Attribute("name")!.Value}", data.Element("value")!.Value);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    // As Regex.Escape leaves it.
    [GeneratedRegex(@"\\\{\d[^}]*\}")]
    private static partial Regex Placeholder();
}
