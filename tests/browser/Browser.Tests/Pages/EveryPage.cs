using Backbone.Testing;

namespace Backbone.Browser.Tests.Pages;

/// <summary>
/// Every page and every state of it that a person can meet, wide and narrow, light and dark, Chinese and English: axe-core finds nothing,
/// nothing breaks the content security policy, only tables scroll sideways. A page that is not looked at fails, and so does a text that
/// stands in no looked-at page and not in <c>unseen.txt</c>.
/// <para>
/// <c>BACKBONE_SCREENSHOTS=folder dotnet test tests/browser/Browser.Tests --filter EveryPage</c> keeps a picture of each, named by page,
/// width, theme and language, for people to look at.
/// </para>
/// </summary>
public sealed class EveryPageInChinese
{
    [Fact(DisplayName = "Every page in Chinese passes axe-core, keeps its policy, fits, and no page is left out")]
    public Task Every_page_passes() => EveryPage.PassesAsync("zh-CN");
}

/// <summary>Beside the Chinese one, at the same time.</summary>
public sealed class EveryPageInEnglish
{
    [Fact(DisplayName = "Every page in English passes axe-core, keeps its policy, fits, and no page is left out")]
    public Task Every_page_passes() => EveryPage.PassesAsync("en-GB");

    [Fact(DisplayName = "A page and a text that nobody looks at are found")]
    public void What_is_left_out_is_found()
    {
        Assert.Contains("/account/sessions", Coverage.PagesLeftOut(["/", "/account"]));
        Assert.DoesNotContain("/account", Coverage.PagesLeftOut(["/", "/account"]));
        var left = Coverage.TextsLeftOut(["你好，张晓梅", "登录"], "zh-CN", new HashSet<string>()).ToList();
        Assert.Contains("no picture shows the text PortalTexts.Portal_Empty: 还没有可以打开的应用", left);
        Assert.DoesNotContain(left, text => text.Contains("PortalTexts.Portal_Hello:", StringComparison.Ordinal));
    }
}

internal static class EveryPage
{
    public static async Task PassesAsync(string language)
    {
        _ = RealServers.Chromium();
        // A host of its own: pages of an empty system are looked at first, and the limits on codes are per network address.
        var world = new BrowserWorld();
        await using var closing = world;
        await world.InitializeAsync();
        var album = new Album(world, language);
        Func<Task>[] scenes =
        [
            new StrangerScenes(world, album).LookAsync, new RegisterScenes(world, album).LookAsync, new SignInScenes(world, album).LookAsync,
            new AccountScenes(world, album).LookAsync, new LevelScenes(world, album).LookAsync, new OrganisationScenes(world, album).LookAsync,
            new CaseScenes(world, album).LookAsync, new FileScenes(world, album).LookAsync, new AppScenes(world, album).LookAsync,
            new ConsoleScenes(world, album).LookAsync, new CreditScenes(world, album).LookAsync, new StatisticsScenes(world, album).LookAsync,
            new UsageScenes(world, album).LookAsync, new PackScenes(world, album).LookAsync, new FaultScenes(world, album).LookAsync,
        ];
        foreach (var scene in scenes)
        {
            await album.PlayAsync(scene);
        }

        var unseen = Path.Combine(Repository.Root, "tests", "browser", "Browser.Tests", "Pages", "unseen.txt");
        var exceptions = File.ReadLines(unseen).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(' ')[0]).ToHashSet();
        List<string> findings =
        [
            .. album.Findings,
            .. Coverage.PagesLeftOut(album.Paths).Select(path => $"no picture shows {path}"),
            .. Coverage.TextsLeftOut(album.Texts, language, exceptions),
        ];
        Assert.True(findings.Count == 0, string.Join('\n', findings));
    }
}
