using System.Net;
using Backbone.Host;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Xunit;

namespace Backbone.Testing;

/// <summary>
/// The whole host in the test's process: real Kestrel on a free loopback port, its own data folder, nothing replaced but the cost of password
/// hashes and (on request) the clock and what looks on. As a class fixture, derive and override <see cref="Configure"/>; or call <see cref="StartAsync"/> in a test.
/// </summary>
public class BackboneFixture : IAsyncLifetime
{
    private readonly FixtureSettings settings = new();
    private BackboneHost? host;
    private string? ownFolder;

    /// <summary>Scheme, host, port; also the issuer.</summary>
    public Uri Address => new(Host.Options.PublicUrl);

    public IServiceProvider Services => Host.Services;

    public BackboneOptions Options => Host.Options;

    public string DataDirectory => Host.Options.DataDirectory;

    /// <summary>What the demonstration seeded: accounts with their passwords, clients with their secrets.</summary>
    public DemonstrationSheet Demonstration => Services.GetRequiredService<DemonstrationSheet>();

    private BackboneHost Host => host ?? throw new InvalidOperationException("The fixture has not started.");

    /// <summary>Starts a host for one test: <c>await using var backbone = await BackboneFixture.StartAsync(s => s.Demo = true);</c></summary>
    public static async Task<BackboneFixture> StartAsync(Action<FixtureSettings>? configure = null)
    {
        var fixture = new BackboneFixture();
        configure?.Invoke(fixture.settings);
        await fixture.StartAgainAsync();
        return fixture;
    }

    /// <summary>A browser without a screen: keeps its own cookies, follows no redirect.</summary>
    public HttpClient NewClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        CookieContainer = new CookieContainer(),
        UseProxy = false,

        // Who asks before sending a large body waits for the answer, also where the machine is busy.
        Expect100ContinueTimeout = TimeSpan.FromSeconds(30),
    })
    {
        BaseAddress = Address,
        Timeout = TimeSpan.FromSeconds(60),
    };

    /// <summary>Stops the host as Ctrl-C would and starts it again on the same folder (and a new port).</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAgainAsync();
    }

    public async Task StopAsync()
    {
        if (host is not null)
        {
            var violations = host.Services.GetService<WatchedTrail>()?.Violations ?? [];
            await host.DisposeAsync();
            host = null;
            Assert.True(violations.Count == 0, $"Events that are not as the catalogue says:\n{string.Join('\n', violations)}");
        }
    }

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        Configure(settings);
        await StartAgainAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (ownFolder is not null)
        {
            Directory.Delete(ownFolder, recursive: true);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Override to choose settings of a class fixture.</summary>
    protected virtual void Configure(FixtureSettings settings)
    {
    }

    private async Task StartAgainAsync()
    {
        var folder = settings.DataDirectory ?? (ownFolder ??= Directory.CreateTempSubdirectory("backbone-test-").FullName);
        List<string> args =
        [
            "--urls", "http://localhost:0", "--data", folder,
            "--set", $"Backbone:SampleApps={settings.Samples}", "--set", "Backbone:LogLevel=Warning",
        ];
        if (!settings.Demo)
        {
            args.Add("--no-demo");
        }

        if (settings.Modules is not null)
        {
            args.AddRange(["--modules", settings.Modules]);
        }

        if (settings.Postgres)
        {
            // One database for all, in which each module has a schema of its own.
            if (!settings.Settings.TryGetValue("Backbone:Identity:ConnectionString", out var database))
            {
                database = await PostgresServer.CreateDatabaseAsync();
            }

            foreach (var module in (string[])["Identity", "Credit"])
            {
                settings.Settings[$"Backbone:{module}:Database"] = "postgres";
                settings.Settings[$"Backbone:{module}:ConnectionString"] = database;
            }
        }

        foreach (var (name, value) in settings.Settings)
        {
            args.AddRange(["--set", $"{name}={value}"]);
        }

        host = await BackboneHost.StartAsync([.. args], services =>
        {
            WatchedTrail.Watch(services);
            if (settings.Clock is { } clock)
            {
                services.Replace(ServiceDescriptor.Singleton(clock));
            }

            if (settings.PasswordRounds is { } rounds)
            {
                services.PostConfigure<PasswordHasherOptions>(hasher => hasher.IterationCount = rounds);
            }

            settings.Observe?.Invoke(services);
        });
    }
}
