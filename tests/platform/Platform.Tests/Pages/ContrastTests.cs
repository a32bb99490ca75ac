using System.Globalization;
using System.Text.RegularExpressions;
using Backbone.Platform.Web.Assets;
using Backbone.Platform.Web.Pages;

namespace Backbone.Platform.Tests.Pages;

public sealed partial class ContrastTests
{
    private static readonly string Css = System.Text.Encoding.UTF8.GetString(
        PageAsset.Read(new PageAssetSource(typeof(PageShell).Assembly, "bb.css")).Content);

    private static readonly string[] Grounds = ["bg", "surface", "sunken", "raised", "accent-soft"];

    // Least contrast over every ground, light and dark: the table of the design system.
    public static TheoryData<string, double, double> OnGrounds => new()
    {
        { "text", 12.9, 10.3 }, { "text-muted", 5.3, 5.7 }, { "link", 6.5, 7.2 }, { "visited", 7.0, 6.1 }, { "focus", 7.6, 8.1 },
        { "info", 7.6, 7.1 }, { "success", 5.8, 7.1 }, { "warning", 6.4, 7.5 }, { "danger", 6.3, 6.7 }, { "proof", 7.5, 6.8 },
        { "accent", 6.5, 6.3 }, { "line-strong", 3.3, 3.6 }, { "danger-solid", 5.9, 5.1 },
    };

    [Theory(DisplayName = "WCAG 1.4.3, 1.4.11: a role keeps its contrast on every ground")]
    [MemberData(nameof(OnGrounds))]
    public void A_role_keeps_its_contrast_on_every_ground(string role, double light, double dark)
    {
        foreach (var (tokens, least) in new[] { (Light, light), (Dark, dark) })
        {
            var worst = Grounds.Min(ground => Contrast(tokens[role], tokens[ground]));
            Assert.True(Math.Round(worst, 1) >= least, $"{role}: {worst:0.00}, at least {least}");
        }
    }

    [Theory(DisplayName = "WCAG 1.4.3: words on a fill can be read")]
    [InlineData("on-accent", "accent", 8.0, 8.6)]
    [InlineData("on-accent", "accent-hover", 8.0, 8.6)]
    [InlineData("on-danger", "danger-solid", 7.2, 7.6)]
    [InlineData("info", "info-bg", 6.1, 6.1)]
    [InlineData("success", "success-bg", 6.1, 6.1)]
    [InlineData("warning", "warning-bg", 6.1, 6.1)]
    [InlineData("danger", "danger-bg", 6.1, 6.1)]
    [InlineData("proof", "proof-bg", 6.1, 6.1)]
    [InlineData("text", "info-bg", 11.6, 11.6)]
    [InlineData("text", "success-bg", 11.6, 11.6)]
    [InlineData("text", "warning-bg", 11.6, 11.6)]
    [InlineData("text", "danger-bg", 11.6, 11.6)]
    [InlineData("text", "proof-bg", 11.6, 11.6)]
    public void Words_on_a_fill_can_be_read(string role, string ground, double light, double dark)
    {
        Assert.True(Math.Round(Contrast(Light[role], Light[ground]), 1) >= light, $"{Contrast(Light[role], Light[ground]):0.00}");
        Assert.True(Math.Round(Contrast(Dark[role], Dark[ground]), 1) >= dark, $"{Contrast(Dark[role], Dark[ground]):0.00}");
    }

    [Fact(DisplayName = "WCAG 1.4.11: every chart colour stands out from the ground")]
    public void Every_chart_colour_stands_out_from_the_ground()
    {
        foreach (var number in Enumerable.Range(1, 6))
        {
            Assert.True(Contrast(Light[$"cat-{number}"], Light["bg"]) >= 3);
            Assert.True(Contrast(Dark[$"cat-{number}"], Dark["surface"]) >= 3);
        }

        foreach (var tokens in new[] { Light, Dark })
        {
            Assert.All(Enumerable.Range(1, 5), step => Assert.True(Contrast(tokens[$"seq-{step}"], tokens[step <= 3 ? "text" : "surface"]) >= 4.95));
        }
    }

    [Fact]
    public void The_dark_tokens_of_the_device_and_of_the_choice_are_the_same()
    {
        var blocks = Blocks().ToList();
        Assert.Equal(3, blocks.Count);
        Assert.Equal(blocks[1].OrderBy(token => token.Key), blocks[2].OrderBy(token => token.Key));
        Assert.Equal(blocks[0].Keys.Order(), blocks[1].Keys.Order());
    }

    [Fact]
    public void Colours_stand_in_the_tokens_and_nowhere_else()
    {
        var rules = Css[Css.IndexOf("/* Ground */", StringComparison.Ordinal)..Css.IndexOf("@media print", StringComparison.Ordinal)];
        Assert.Equal(["#FFFFFF"], Hex().Matches(rules).Select(match => match.Value).Distinct()); // The QR code's quiet zone.
        Assert.All(Uses().Matches(Css), use => Assert.Contains($"--bb-{use.Groups[1].Value}:", Css, StringComparison.Ordinal));
    }

    private static Dictionary<string, string> Light => Blocks().First();

    private static Dictionary<string, string> Dark => Blocks().Last();

    private static IEnumerable<Dictionary<string, string>> Blocks() => Scheme().Split(Css)[1..]
        .Select(block => Token().Matches(block[..block.IndexOf('}', StringComparison.Ordinal)])
            .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value));

    private static double Contrast(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string hex) =>
        (0.2126 * Channel(hex, 1)) + (0.7152 * Channel(hex, 3)) + (0.0722 * Channel(hex, 5));

    private static double Channel(string hex, int at)
    {
        var value = int.Parse(hex.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }

    [GeneratedRegex(@"\n +color-scheme: (?:light|dark);\n")]
    private static partial Regex Scheme();

    [GeneratedRegex(@"--bb-([a-z0-9-]+): (#[0-9A-F]{6});")]
    private static partial Regex Token();

    [GeneratedRegex(@"#[0-9A-Fa-f]{3,8}\b")]
    private static partial Regex Hex();

    [GeneratedRegex(@"var\(--bb-([a-z0-9-]+)\)")]
    private static partial Regex Uses();
}
