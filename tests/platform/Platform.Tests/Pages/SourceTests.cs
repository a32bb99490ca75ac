using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Backbone.Platform.Tests.Pages;

/// <summary>Rules held over the sources of every module.</summary>
public sealed partial class SourceTests
{
    private static readonly string Root = FindRoot();

    [Fact(DisplayName = "CSP: no Razor file has an inline style, script or event attribute")]
    public void No_razor_file_has_inline_style_or_script()
    {
        var files = Sources("*.razor");
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.False(Inline().IsMatch(File.ReadAllText(file)), Path.GetRelativePath(Root, file)));
    }

    [Theory]
    [InlineData("""<p style="color: red">""")]
    [InlineData("<a onclick='x()'>")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<style>p{}</style>")]
    public void The_rule_sees_what_it_forbids(string planted) => Assert.Matches(Inline(), planted);

    [Fact]
    public void Every_text_is_there_in_Chinese_and_in_English()
    {
        var neutral = Sources("*.resx").Where(file => !file.EndsWith(".en.resx", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(neutral);
        Assert.All(neutral, file =>
        {
            var zh = Texts(file);
            var en = Texts(Path.ChangeExtension(file, ".en.resx"));
            Assert.Equal(zh.Keys.Order(StringComparer.Ordinal), en.Keys.Order(StringComparer.Ordinal));
            Assert.All(zh.Concat(en), text => Assert.False(string.IsNullOrWhiteSpace(text.Value), $"{file}: {text.Key} is empty"));
            Assert.All(zh, text => Assert.Equal(Holes(text.Value), Holes(en[text.Key])));
        });
    }

    [Fact(DisplayName = "ui.md 2.3: no typed space between Chinese and Latin")]
    public void No_typed_space_between_Chinese_and_Latin_in_shell_texts()
    {
        var texts = Texts(Path.Combine(Root, "platform/Platform.Web/Pages/ShellTexts.resx"));
        Assert.All(texts.Where(text => !text.Value.Contains('{', StringComparison.Ordinal)), text => Assert.DoesNotMatch(@"\p{IsCJKUnifiedIdeographs} [A-Za-z0-9]", text.Value));
    }

    private static List<string> Sources(string pattern) => [.. Directory.EnumerateFiles(Root, pattern, SearchOption.AllDirectories)
        .Where(file => !Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "artifacts" or "bin" or "obj" or "node_modules"))];

    private static Dictionary<string, string> Texts(string file) => XDocument.Load(file).Root!.Elements("data")
        .ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    private static string Holes(string text) => string.Join(' ', Hole().Matches(text).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal));

    private static string FindRoot([CallerFilePath] string here = "")
    {
        // A deterministic CI build maps source paths to /_/; the test then runs below artifacts/ of the same tree.
        var from = File.Exists(here) ? Path.GetDirectoryName(here) : AppContext.BaseDirectory;
        while (from is not null && !File.Exists(Path.Combine(from, "Backbone.sln")))
        {
            from = Path.GetDirectoryName(from);
        }

        return from ?? throw new InvalidOperationException("Backbone.sln not found above the tests.");
    }

    [GeneratedRegex(@"<[^>]*\s(style|on[a-z]+)\s*=|<style\b|<script(?![^>]*\bsrc=)", RegexOptions.IgnoreCase)]
    private static partial Regex Inline();

    [GeneratedRegex(@"\{\d[^}]*\}")]
    private static partial Regex Hole();
}
