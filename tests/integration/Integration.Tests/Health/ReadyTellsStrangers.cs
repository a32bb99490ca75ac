using System.Text.Json;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Backbone.Integration.Tests.Health;

/// <summary>What <c>/health/ready</c> says to whoever asks, with every check of the host made to know what no stranger may.</summary>
public sealed class ReadyTellsStrangers
{
    private const string Secret = "tell-nobody";

    private static readonly string[] States = ["healthy", "degraded", "unhealthy"];

    /// <summary>An address, a path and a secret.</summary>
    private static readonly string[] Kept = ["https://log.inner.example.cn:8443", "/srv/backbone/keys/master.key", Secret];

    private static readonly string Leak = string.Join(' ', Kept);

    [Theory]
    [InlineData("the log here", "audit-erasure,audit-index,audit-log,audit-outbox,audit-retention,audit-tree,credit-daily,credit-grades,credit-outbox,credit-packs,identity-outbox")]
    [InlineData("the log elsewhere", "audit-spool,identity-outbox")]
    [InlineData("Elasticsearch", "audit-elasticsearch,audit-erasure,audit-log,audit-outbox,audit-retention,audit-tree,credit-daily,credit-grades,credit-outbox,credit-packs,identity-outbox")]
    public async Task Names_and_states_and_nothing_else_whatever_a_check_knows(string composition, string names)
    {
        using var folder = new DataFolder();
        await using var host = await BackboneFixture.StartAsync(settings =>
        {
            settings.DataDirectory = folder.Path;
            Compose(settings, composition, folder.Path);
            settings.Observe = services => services.PostConfigure<HealthCheckServiceOptions>(options =>
            {
                foreach (var check in options.Registrations)
                {
                    check.Factory = _ => new Knowing();
                }
            });
        });
        using var stranger = host.NewClient();

        using var answer = await stranger.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        var said = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(names.Split(','), SaysOnlyNamesAndStates(said));
        Assert.All(Kept, secret => Assert.DoesNotContain(secret, answer.Headers.ToString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"status":"degraded","dependencies":{"audit-spool":{"status":"degraded","description":"the log at https://log.inner.example.cn:8443 is away"}}}""")]
    [InlineData("""{"status":"degraded","dependencies":{"audit-spool":{"status":"degraded: /srv/backbone/keys/master.key"}}}""")]
    [InlineData("""{"status":"degraded","dependencies":{"tell-nobody":{"status":"degraded"}}}""")]
    [InlineData("""{"status":"degraded","dependencies":{},"at":"/srv/backbone/keys/master.key"}""")]
    public void A_planted_leak_is_caught(string said) => Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => SaysOnlyNamesAndStates(said));

    /// <returns>The names.</returns>
    private static List<string> SaysOnlyNamesAndStates(string said)
    {
        using var document = JsonDocument.Parse(said);
        var root = document.RootElement;
        Assert.Equal(["status", "dependencies"], root.EnumerateObject().Select(part => part.Name));
        Assert.Contains(root.GetProperty("status").GetString(), States);
        List<string> names = [];
        foreach (var dependency in root.GetProperty("dependencies").EnumerateObject())
        {
            Assert.Matches("^(audit|credit|identity)-[a-z]+$", dependency.Name);
            var state = Assert.Single(dependency.Value.EnumerateObject());
            Assert.Equal("status", state.Name);
            Assert.Contains(state.Value.GetString(), States);
            names.Add(dependency.Name);
        }

        Assert.All(Kept, secret => Assert.DoesNotContain(secret, said, StringComparison.Ordinal));
        return names;
    }

    private static void Compose(FixtureSettings settings, string composition, string folder)
    {
        switch (composition)
        {
            case "the log elsewhere":
                settings.Modules = "identity";
                var key = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "keys")).FullName, "audit-privacy.key");
                File.WriteAllText(key, $"1 {new string('A', 43)}\n");
                File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                settings.Settings["Backbone:Audit:Forward:Url"] = "http://127.0.0.1:1";
                settings.Settings["Backbone:Audit:Forward:ClientId"] = "host-two";
                settings.Settings["Backbone:Audit:Forward:ClientSecret"] = Secret;
                break;
            case "Elasticsearch":
                settings.Settings["Backbone:Elasticsearch:Urls"] = "http://127.0.0.1:1";
                break;
            default:
                break;
        }
    }

    private sealed class DataFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("backbone-ready-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }

    private sealed class Knowing : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
            HealthCheckResult.Degraded(Leak, new InvalidOperationException(Leak), new Dictionary<string, object> { ["at"] = Leak }));
    }
}
