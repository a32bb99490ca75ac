using System.Text.Json;
using Backbone.Testing;
using Microsoft.Playwright;

namespace Backbone.Browser.Tests.Pages;

/// <summary>Looks at one page after the other, in each width and theme, and keeps what it found, where it was and what it read.</summary>
internal sealed class Album(BrowserWorld world, string language)
{
    private const string Rules = "['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']";

    private static readonly (int Width, bool Dark)[] AllLooks = [(1280, false), (1280, true), (390, true), (390, false)];

    /// <summary>All that a person can read or hear, also what script shows later; and, before axe touches a document, what the policy forbids in it.</summary>
    private const string Read = """
        () => {
          const texts = [document.title, document.body.innerText, document.body.textContent];
          for (const element of document.querySelectorAll('*'))
            for (const attribute of element.attributes)
              if (/^(aria-label|title|alt|data-(label|text-.*))$/.test(attribute.name)) texts.push(attribute.value);
          const inline = window.looked ? 0 : document.querySelectorAll('[style], [onclick], [onsubmit], style, script:not([src])').length;
          window.looked = true;
          return { texts, inline };
        }
        """;

    private const string Overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";

    private const string Check = $$"""
        async () => {
          const overflow = {{Overflow}};
          window.axe || window.loadAxe();
          const { violations } = await axe.run(document, { resultTypes: ['violations'], runOnly: {{Rules}} });
          return { overflow, violations: violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 160)).slice(0, 3).join(' | ')) };
        }
        """;

    private static readonly string Axe = ReadAxe();

    private readonly string? folder = Folder();
    private readonly List<string> findings = [];
    private readonly HashSet<string> paths = [];
    private readonly HashSet<string> texts = [];
    private readonly Dictionary<string, string> names = [];

    public bool Chinese => language.StartsWith("zh", StringComparison.Ordinal);

    public IReadOnlyList<string> Findings => findings;

    /// <summary>Paths of the pages that were looked at.</summary>
    public IReadOnlyCollection<string> Paths => paths;

    public IReadOnlyCollection<string> Texts => texts;

    /// <summary>A fresh browser for a person of the album's language.</summary>
    public async Task<WatchedPage> OpenAsync(Way way = Way.Mouse)
    {
        var page = await world.OpenAsync(language, way: way);
        if (way != Way.WithoutScript)
        {
            // Sent once and not with each page; run only in documents that are looked at, which most are not.
            await page.Page.Context.AddInitScriptAsync($"window.loadAxe = () => {{ {Axe}\n}};");
        }

        return page;
    }

    /// <summary>A scene that breaks off is a finding; the next ones are played all the same.</summary>
    public async Task PlayAsync(Func<Task> scene)
    {
        try
        {
            await scene();
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            findings.Add($"{scene.Target!.GetType().Name} broke off after the picture {names.Keys.LastOrDefault()}: {broken}");
        }
    }

    /// <summary>Opens an address of the host and looks at what is there.</summary>
    /// <param name="name">What the pictures are called where the address does not say it.</param>
    public async Task VisitAsync(WatchedPage page, string address, string? name = null)
    {
        await page.GoAsync(new Uri(world.Portal, address));
        await LookAsync(page, name ?? address);
    }

    /// <summary>Looks at the page as it stands.</summary>
    /// <param name="name">Unique; the pictures are called by it.</param>
    public async Task LookAsync(WatchedPage page, string name)
    {
        // A press returns when the next page has begun to arrive.
        await page.ArrivedAsync();
        Assert.True(names.TryAdd(name, page.Page.Url), $"Two pictures are called {name}: {names.GetValueOrDefault(name)} and {page.Page.Url}");
        paths.Add(page.Path);
        var read = await page.Page.EvaluateAsync<JsonElement>(Read);
        texts.UnionWith(read.GetProperty("texts").EnumerateArray().Select(text => text.GetString()!));
        var inline = read.GetProperty("inline").GetInt32();
        Note(inline == 0, $"{name} has {inline} inline styles or scripts");
        foreach (var (width, dark) in Looks())
        {
            await page.Page.SetViewportSizeAsync(width, 900);
            await page.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light });
            await CheckAsync(page, name, $"{width}-{(dark ? "dark" : "light")}-{language[..2]}");
        }

        // WCAG 1.4.10: nothing but tables scrolls sideways at 320 px.
        await page.Page.SetViewportSizeAsync(320, 900);
        await NoteOverflowAsync(page.Page, $"{name} [320]");
        await page.Page.SetViewportSizeAsync(1280, 900);
        page.NothingComplained();
    }

    /// <summary>
    /// For pictures all four. Else two, the other two in the other language: each page is checked in each width and theme, in half the time.
    /// </summary>
    private IEnumerable<(int Width, bool Dark)> Looks() =>
        folder is null ? AllLooks.Where(look => (look.Width == 1280) == (look.Dark == language.StartsWith("en", StringComparison.Ordinal))) : AllLooks;

    private async Task CheckAsync(WatchedPage watched, string name, string look)
    {
        var page = watched.Page;
        if (folder is not null)
        {
            var safe = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-');
            await page.ScreenshotAsync(
                new PageScreenshotOptions { Path = Path.Combine(folder, $"{(safe.Length == 0 ? "start" : safe)}.{look}.png"), FullPage = true });
        }

        if (watched.Way == Way.WithoutScript)
        {
            // axe is a script.
            await NoteOverflowAsync(page, $"{name} [{look}]");
            return;
        }

        var found = await page.EvaluateAsync<JsonElement>(Check);
        NoteOverflow(found.GetProperty("overflow").GetInt32(), $"{name} [{look}]");
        findings.AddRange(found.GetProperty("violations").EnumerateArray().Select(violation => $"{name} [{look}] axe {violation.GetString()}"));
    }

    private async Task NoteOverflowAsync(IPage page, string where) => NoteOverflow(await page.EvaluateAsync<int>(Overflow), where);

    private void NoteOverflow(int overflow, string where) => Note(overflow <= 0, $"{where} scrolls sideways by {overflow} px");

    private void Note(bool good, string finding)
    {
        if (!good)
        {
            findings.Add(finding);
        }
    }

    internal static string? Folder()
    {
#pragma warning disable RS0030 // Where a person wants pictures is told by the environment, as which servers a machine has.
        var wanted = Environment.GetEnvironmentVariable("BACKBONE_SCREENSHOTS");
#pragma warning restore RS0030
        return string.IsNullOrEmpty(wanted) ? null : Directory.CreateDirectory(Path.GetFullPath(wanted, Repository.Root)).FullName;
    }

    private static string ReadAxe()
    {
        var path = Path.Combine(Repository.Root, "tests", "browser", "node_modules", "axe-core", "axe.min.js");
        if (!File.Exists(path))
        {
            RealServers.Missing("axe-core (npm ci in tests/browser)");
        }

        return File.ReadAllText(path);
    }
}
