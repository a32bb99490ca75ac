using System.Net;
using System.Net.Sockets;
using Backbone.Host;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Backbone.Integration.Tests.Start;

public sealed class PortClash : IDisposable
{
    private readonly List<TcpListener> strangers = [];

    public void Dispose() => strangers.ForEach(stranger => stranger.Dispose());

    /// <summary>The second of the sample apps' ports, too: nothing is made before all are known to be free.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_fixed_port_in_use_is_code_1_with_the_address_and_the_way_out_and_nothing_is_created(int offset)
    {
        var data = Path.Combine(Path.GetTempPath(), $"backbone-none-{Guid.CreateVersion7():N}");
        var first = LoopbackPort.FirstOf(3);
        var taken = Take(first + offset);

        var (code, output) = await HostProcess.RunAsync("--data", data, "--urls", $"http://localhost:{first}");

        Assert.Equal(1, code);
        Assert.Contains($"http://localhost:{taken}: address already in use", output, StringComparison.Ordinal);
        Assert.Contains("Choose other addresses with --urls.", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(data));
    }

    [Fact]
    public async Task A_free_port_that_somebody_took_meanwhile_is_replaced_by_another()
    {
        List<int> ports = [];
        await using var backbone = await BackboneFixture.StartAsync(settings => settings.Observe = services =>
        {
            ports.Add(PortOf(services));
            if (ports.Count < 3)
            {
                Take(ports[^1]);
            }
        });

        Assert.Equal(3, ports.Distinct().Count());
        Assert.Equal(ports[^1], backbone.Address.Port);
        await AnswersAsync(backbone);
    }

    /// <summary>The clash is a sample app's, after seeding: the accounts exist, and their passwords must still be told.</summary>
    [Fact]
    public async Task A_clash_at_the_very_last_moment_loses_no_password()
    {
        List<int> ports = [];
        await using var backbone = await BackboneFixture.StartAsync(settings =>
        {
            settings.Demo = settings.Samples = true;
            settings.Observe = services =>
            {
                ports.Add(PortOf(services));
                if (ports.Count == 1)
                {
                    services.AddSingleton<IHostedService>(new LastMoment(() => Take(new Uri(Samples(services).OfficeApp).Port)));
                }
            };
        });

        Assert.Equal(2, ports.Count);
        Assert.All(backbone.Demonstration.Accounts, account => Assert.NotNull(account.Password));
        Assert.Equal(backbone.Demonstration.Clients.Count, backbone.Demonstration.Clients.Select(client => client.Id).Distinct().Count());
        using var browser = new ScriptlessBrowser(backbone.Address);
        await browser.SignInAsync(backbone.Address, backbone.Account(DemonstrationPeople.CitizenByPhone), "/account");
    }

    [Fact]
    public async Task Five_taken_ports_in_a_row_are_enough_and_the_refusal_names_the_last()
    {
        List<int> ports = [];

        var refusal = await Assert.ThrowsAsync<StartRefusedException>(() => BackboneFixture.StartAsync(settings => settings.Observe = services =>
        {
            ports.Add(PortOf(services));
            Take(ports[^1]);
        }));

        Assert.Equal(5, ports.Count);
        Assert.Contains($":{ports[^1]}: address already in use", refusal.Message, StringComparison.Ordinal);
    }

    private static async Task AnswersAsync(BackboneFixture backbone)
    {
        using var client = backbone.NewClient();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/live", TestContext.Current.CancellationToken)).StatusCode);
    }

    private static int PortOf(IServiceCollection services) => new Uri(services.Select(s => s.ImplementationInstance).OfType<BackboneOptions>().Single().Urls).Port;

    private static SampleAddresses Samples(IServiceCollection services) => services.Select(s => s.ImplementationInstance).OfType<SampleAddresses>().Single();

    private int Take(int port)
    {
        var stranger = new TcpListener(IPAddress.Loopback, port);
        stranger.Start();
        strangers.Add(stranger);
        return port;
    }

    /// <summary>After everything that seeds, before the sample apps listen.</summary>
    private sealed class LastMoment(Action act) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken)
        {
            act();
            return Task.CompletedTask;
        }

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
