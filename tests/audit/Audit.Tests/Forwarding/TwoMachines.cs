using System.Globalization;
using System.Text.Json.Nodes;
using Backbone.Audit.Contracts;
using Backbone.Audit.Events;
using Backbone.Audit.Forwarding;
using Backbone.Audit.Tests.Receiving;
using Backbone.Platform;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Audit.Tests.Forwarding;

/// <summary>A host that keeps the log, a road to it, and a host that forwards; and what of the latter's events is in the log.</summary>
internal sealed class TwoMachines : IAsyncDisposable
{
    private readonly long logBegan;
    private readonly string folder = Directory.CreateTempSubdirectory("spool-").FullName;
    private BackboneFixture? sender;
    private int named;

    private TwoMachines(SendersHost log, LogRoad road, Dictionary<string, string> settings)
    {
        Log = log;
        Road = road;
        Settings = settings;
        logBegan = log.Log.Records.EndIndex;
        LogData = log.DataDirectory;
    }

    public SendersHost Log { get; }

    public LogRoad Road { get; }

    public BackboneFixture Sender => sender ?? throw new InvalidOperationException("it does not run");

    public SpoolTrail Spool => Sender.Services.GetRequiredService<SpoolTrail>();

    public ForwardProgress Progress => Sender.Services.GetRequiredService<ForwardProgress>();

    public string Data => folder;

    /// <summary>Of forwarding; hold from the next start on.</summary>
    public Dictionary<string, string> Settings { get; }

    public string LogData { get; }

    public int BatchEvents { get; init; } = 100;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<TwoMachines> StartAsync(SendersHost log, string client = "host-two", Dictionary<string, string>? settings = null)
    {
        var road = await LogRoad.StartAsync(log.Address);
        settings ??= [];
        settings["ClientId"] = client;
        settings["ClientSecret"] = "file:" + log.SecretFile(client);
        var machines = new TwoMachines(log, road, settings);
        var keys = Directory.CreateDirectory(Path.Combine(machines.folder, "keys")).FullName;
        File.Copy(Path.Combine(log.DataDirectory, "keys", "audit-privacy.key"), Path.Combine(keys, "audit-privacy.key"));
        await machines.StartSenderAsync();
        return machines;
    }

    public async Task StartSenderAsync() => sender = await BackboneFixture.StartAsync(fixture =>
    {
        fixture.Modules = "audit";
        fixture.DataDirectory = folder;
        fixture.Settings["Backbone:Audit:Forward:Url"] = Road.Url;
        fixture.Settings["Backbone:Audit:Forward:Issuer"] = Road.Url;
        foreach (var (name, value) in Settings)
        {
            fixture.Settings[name.StartsWith("Backbone:", StringComparison.Ordinal) ? name : "Backbone:Audit:Forward:" + name] = value;
        }

        fixture.Observe = services => services.AddSingleton(new ForwardLimits
        {
            BatchEvents = BatchEvents,
            FirstPause = TimeSpan.FromMilliseconds(5),
            LongestPause = TimeSpan.FromMilliseconds(50),
        });
    });

    public async Task StopSenderAsync()
    {
        await Sender.DisposeAsync();
        sender = null;
    }

    /// <summary>Stops the log's host as Ctrl-C would and starts it again; the road leads to its new address.</summary>
    public async Task RestartLogAsync()
    {
        Road.Target = null;
        await Log.RestartAsync();
        Road.Target = Log.Address;
    }

    /// <summary>So many events of the forwarding host, each with a number of its own; on its disk when it returns.</summary>
    public async Task AppendAsync(int count)
    {
        var trail = Sender.Services.GetRequiredService<IAuditTrail>();
        await Task.WhenAll(Enumerable.Range(0, count).Select(_ => trail.AppendAsync(Event(), Cancellation).AsTask()));
    }

    public AuditEvent Event() => AuditKinds.SaveSearch.Occurred(TimeProvider.System)
        .With("resource.id", named++.ToString(CultureInfo.InvariantCulture)) with
    { Subject = new SubjectId(new Guid(named, 0, 0, new byte[8])), SourceCommitment = "hmac:1:" + new string('A', 43) };

    /// <summary>The leaves of the forwarding host's events in the order of the log, once the newest of its spool is among them.</summary>
    public async Task<IReadOnlyList<JsonNode>> ArrivedAsync()
    {
        var newest = Spool.Records.Read(Spool.Records.EndIndex - 1, 1).Single().EventId.ToString("D");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        List<JsonNode> arrived = [];
        await foreach (var record in Log.Log.Records.FollowAsync(logBegan, limit.Token))
        {
            var leaf = JsonNode.Parse(record.Payload)!;
            if ((string?)leaf["agent"]?["id"] == Spool.Id.ToString("D"))
            {
                arrived.Add(leaf);
                if ((string)leaf["event"]!["id"]! == newest)
                {
                    break;
                }
            }
        }

        return arrived;
    }

    /// <summary>Every event once and in order.</summary>
    public async Task AssertArrivedAsync()
    {
        var arrived = await ArrivedAsync();
        Assert.Equal(Enumerable.Range(0, named), arrived.Select(leaf => int.Parse((string)leaf["resource"]!["id"]!, CultureInfo.InvariantCulture)));
    }

    public async ValueTask DisposeAsync()
    {
        if (sender is not null)
        {
            await sender.DisposeAsync();
        }

        await Road.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
