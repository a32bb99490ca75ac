using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Backbone.Platform.Web.Hosting;
using Backbone.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Playwright;

// The journeys and the pages in each language, each on a host of its own, at once: what waits for one lets another go on.
[assembly: Xunit.v3.Parallelization(MaxThreads = 3)]

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
        // Pages live for a second: what the optimizing compilers spend on them never comes back.
        "--js-flags=--no-maglev,--no-turbofan",
    ];

    private readonly string data = Directory.CreateTempSubdirectory("backbone-browser-").FullName;
    private HostProcess? host;
    private IPlaywright? playwright;
    private IBrowser? browser;

    public Uri Portal => Host.Portal;

    public HostProcess Host
    {
        get
        {
            _ = RealServers.Chromium();
            return host ?? throw new InvalidOperationException("The host did not start.");
        }
    }

    /// <summary>The identity module's SQLite file, to bring about by hand what no page can.</summary>
    public string Database => Host.Database;

    /// <summary>Where an agency puts its daily files.</summary>
    public string AgencyFolder => Path.Combine(data, "agency");

    /// <summary>Codes are limited per network address, and everybody in these tests comes from one.</summary>
    public async Task ForgetCodesAsync()
    {
        await using var database = new SqliteConnection($"Data Source={Database};Pooling=False");
        await database.OpenAsync();
        await using var command = database.CreateCommand();
        command.CommandText = "DELETE FROM AttemptCounters WHERE Key LIKE 'code-from:%'";
        await command.ExecuteNonQueryAsync();
    }

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
    /// <param name="way">How the person uses it.</param>
    public async Task<WatchedPage> OpenAsync(string language = "zh-CN", int width = 1280, bool dark = false, Way way = Way.Mouse)
    {
        _ = RealServers.Chromium();
        var context = await browser!.NewContextAsync(new BrowserNewContextOptions
        {
            Locale = language,
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = way != Way.WithoutScript,
            ReducedMotion = ReducedMotion.Reduce,
            TimezoneId = "Asia/Shanghai",
        });
        context.SetDefaultTimeout((float)WatchedPage.Patience.TotalMilliseconds);
        return new WatchedPage(context, await context.NewPageAsync(), way);
    }

    public async ValueTask InitializeAsync()
    {
        // A fixture that skips fails its tests: each test skips itself, when it asks for the host or a page.
        if (RealServers.FindChromium() is not { } chromium)
        {
            return;
        }

        string[] settings =
        [
            "Identity:Limits:SignInsPerAddressPerMinute=100000", "Audit:Retention:Delete=true",
            "Audit:Retention:General:Days=184", "Audit:Retention:General:Basis=网络安全法第二十三条第三项",
            "Audit:Retention:Disclosure:Days=1096", "Audit:Retention:Disclosure:Basis=网络数据安全管理条例第十二条",
            "Audit:Retention:Credit:Days=1827", "Audit:Retention:Credit:Basis=征信业管理条例",
            "Audit:Retention:Certificate:Days=2557", "Audit:Retention:Certificate:Basis=电子认证服务管理办法",
            "Credit:DailyFiles:Seconds=1", "Credit:DailyFiles:Agencies:0:Folder=agency", "Credit:DailyFiles:Agencies:0:Source=jinan-market-regulation",
        ];
        Directory.CreateDirectory(AgencyFolder);
        host = await HostProcess.StartAsync(data, [.. settings.SelectMany(setting => new[] { "--set", "Backbone:" + setting })]);
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

/// <summary>How a person uses the pages.</summary>
public enum Way
{
    Mouse,
    Keyboard,
    WithoutScript,
}

/// <summary>A page whose console is read: what breaks the content security policy or throws is kept until the end of the test.</summary>
public sealed class WatchedPage : IAsyncDisposable
{
    /// <summary>What any step may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentQueue<string> complaints = new();

    public WatchedPage(IBrowserContext context, IPage page, Way way)
    {
        Context = context;
        Way = way;
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

    public Way Way { get; }

    public string Path => new Uri(Page.Url).AbsolutePath;

    public async Task GoAsync(Uri address) => await Page.GotoAsync(address.AbsoluteUri);

    /// <summary>
    /// Waits until the page that a press has led to has loaded. The page is asked: an event of its loading is missed by whoever begins to wait for it
    /// in the moment it comes.
    /// </summary>
    public async Task ArrivedAsync()
    {
        for (var start = TimeProvider.System.GetTimestamp(); ;)
        {
            try
            {
                if (await Page.EvaluateAsync<string>("document.readyState") == "complete")
                {
                    return;
                }
            }
            catch (PlaywrightException) when (TimeProvider.System.GetElapsedTime(start) < Patience)
            {
                // The page asked gave way to the next one.
            }

            if (TimeProvider.System.GetElapsedTime(start) > Patience)
            {
                throw new TimeoutException($"{Page.Url} has not loaded after {Patience.TotalSeconds} s");
            }

            await Task.Delay(20);
        }
    }

    /// <summary>Puts text into the field of this name.</summary>
    public async Task FillAsync(string fieldName, string text)
    {
        var field = $"input[name={fieldName}]";
        if (Way == Way.Keyboard)
        {
            await this.TabToAsync(field);
            await Page.Keyboard.PressAsync("Control+A");
            await Page.Keyboard.TypeAsync(text);
        }
        else
        {
            await Page.FillAsync(field, text);
        }
    }

    /// <summary>Presses the first button, link or summary that matches.</summary>
    public async Task PressAsync(string selector)
    {
        if (Way == Way.Keyboard)
        {
            await this.TabToAsync(selector);
            // A click waits for the page it leads to; a key does not. Only a summary stays where it is.
            var leaves = await Page.EvaluateAsync<bool>("() => { window.here = true; return !document.activeElement.closest('summary'); }");
            await Page.Keyboard.PressAsync("Enter");
            if (leaves)
            {
                await Page.WaitForFunctionAsync("() => !window.here && document.readyState === 'complete'");
            }
        }
        else
        {
            await Page.Locator(selector).First.ClickAsync();
        }
    }

    /// <summary>Sends the form that holds this field by its button.</summary>
    public Task SendFormOfAsync(string fieldName) =>
        PressAsync($"form:has([name='{fieldName}']) button[type=submit], form:has([name='{fieldName}']) button:not([type])");

    /// <summary>Chromium's virtual authenticator: CTAP2, resident keys, user verification, answers at once.</summary>
    public async Task AddAuthenticatorAsync()
    {
        var tools = await Context.NewCDPSessionAsync(Page);
        await tools.SendAsync("WebAuthn.enable");
        await tools.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
    }

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
