using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Backbone.Platform.Web.Hosting;
using Backbone.Testing;
using Microsoft.Playwright;

namespace Backbone.Browser.Tests;

/// <summary>
/// One demonstration host with both sample apps as a process of its own, and one Chromium. Every page it opens reports violations of the
/// content security policy and script errors: a test that caused one fails when it closes the page.
/// </summary>
public sealed class BrowserWorld : IAsyncLifetime
{
    private static readonly string[] ChromiumArguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync",
    ];

    private readonly string data = Directory.CreateTempSubdirectory("backbone-browser-").FullName;
    private HostProcess? host;
    private IPlaywright? playwright;
    private IBrowser? browser;

    public Uri Portal => Host.Portal;

    public HostProcess Host => host ?? throw new InvalidOperationException("The host did not start.");

    /// <summary>A sample app's address by its id.</summary>
    public Uri App(string id) => new(Host.Ready["apps"]!.AsArray().Single(app => (string)app!["id"]! == id)!["url"]!.GetValue<string>());

    public DemonstrationAccount Account(string name)
    {
        var account = Host.Ready["accounts"]!.AsArray().Single(a => (string)a!["name"]! == name)!;
        return new(name, (string?)account["password"], (string?)account["totpSecret"], []);
    }

    /// <summary>A fresh browser profile with one page.</summary>
    /// <param name="language">The browser's language: zh-CN or en-GB.</param>
    /// <param name="width">1280, or 390 for a phone.</param>
    /// <param name="dark">The device's colour scheme.</param>
    /// <param name="script">False turns JavaScript off.</param>
    public async Task<WatchedPage> OpenAsync(string language = "zh-CN", int width = 1280, bool dark = false, bool script = true)
    {
        var context = await browser!.NewContextAsync(new BrowserNewContextOptions
        {
            Locale = language,
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = script,
            ReducedMotion = ReducedMotion.Reduce,
            TimezoneId = "Asia/Shanghai",
        });
        context.SetDefaultTimeout(20_000);
        return new WatchedPage(context, await context.NewPageAsync());
    }

    public async ValueTask InitializeAsync()
    {
        var chromium = RealServers.Chromium();
        host = await HostProcess.StartAsync(
            data, "--set", "Backbone:Identity:Limits:SignInsPerAddressPerMinute=100000");
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = chromium,
            Headless = true,
            Args = ChromiumArguments,
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.CloseAsync();
        }

        playwright?.Dispose();
        if (host is not null)
        {
            await host.DisposeAsync();
        }

        Directory.Delete(data, recursive: true);
    }
}

/// <summary>A page whose console is read: what breaks the content security policy or throws is kept until the end of the test.</summary>
public sealed class WatchedPage : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> complaints = new();

    public WatchedPage(IBrowserContext context, IPage page)
    {
        Context = context;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase))
            {
                complaints.Enqueue($"{page.Url}: {message.Text}");
            }
        };
        page.PageError += (_, error) => complaints.Enqueue($"{page.Url}: {error}");
    }

    public IBrowserContext Context { get; }

    public IPage Page { get; }

    public string Path => new Uri(Page.Url).AbsolutePath;

    public async Task GoAsync(Uri address) => await Page.GotoAsync(address.AbsoluteUri);

    /// <summary>Sends the form that holds this field by its button.</summary>
    public Task SendFormOfAsync(string fieldName) =>
        Page.Locator($"form:has([name='{fieldName}']) button[type=submit], form:has([name='{fieldName}']) button:not([type])").First.ClickAsync();

    public void NothingComplained() => Assert.True(complaints.IsEmpty, string.Join('\n', complaints));

    public async ValueTask DisposeAsync()
    {
        await Context.CloseAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class OneWorld : ICollectionFixture<BrowserWorld>
{
    public const string Name = "One browser world";
}
