using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Backbone.Audit.Contracts;
using Backbone.Identity.Protocol;
using Backbone.Identity.Tests.Protocol;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Backbone.Identity.Tests.MachineGrant;

/// <summary>A host with machines of several kinds that tells whether the engine saw a request, and what went into the audit log.</summary>
public sealed class MachineFixture : ProtocolFixture
{
    private readonly Watch _watch = new();
    private bool _made;

    /// <summary>False: every request goes through the engine.</summary>
    public bool ShortWay { get; init; } = true;

    /// <summary>Further handlers of the engine.</summary>
    public Action<OpenIddictServerBuilder>? More { get; init; }

    public static async Task<MachineFixture> StartAsync(bool shortWay, Action<OpenIddictServerBuilder>? more = null)
    {
        var fixture = new MachineFixture { ShortWay = shortWay, More = more };
        await ((IAsyncLifetime)fixture).InitializeAsync();
        await fixture.MakeMachinesAsync();
        return fixture;
    }

    /// <summary>Sends the same request twice, so that the client is in memory, and tells of the second.</summary>
    public async Task<Outcome> AskAsync(MachineCase one)
    {
        await SendAsync(one);
        return await SendAsync(one);
    }

    public async Task<Outcome> SendAsync(MachineCase one)
    {
        using var http = NewClient();
        using var request = new HttpRequestMessage(new HttpMethod(one.Method), one.Path)
        {
            Content = new StringContent(one.Body, Encoding.ASCII, MediaTypeHeaderValue.Parse(one.ContentType)),
        };
        foreach (var header in one.Authorization)
        {
            request.Headers.TryAddWithoutValidation("Authorization", header);
        }

        _watch.Clear();
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        var headers = answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key != "Date")
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value));
        return new Outcome((int)answer.StatusCode, headers, text, _watch.Engine, _watch.Events);
    }

    protected override void Configure(FixtureSettings settings)
    {
        base.Configure(settings);
        settings.Settings["Backbone:Identity:Protocol:ShortWay"] = ShortWay.ToString();
        settings.Observe = services =>
        {
            services.Replace(ServiceDescriptor.Scoped<IOpenIddictServerDispatcher>(
                provider => new WatchedDispatcher(_watch, ActivatorUtilities.CreateInstance<PreparedDispatcher>(provider))));
            var trail = services.Last(service => service.ServiceType == typeof(IAuditTrail));
            services.Replace(ServiceDescriptor.Singleton<IAuditTrail>(
                provider => new WatchedTrail(_watch, (IAuditTrail)trail.ImplementationFactory!(provider))));
            if (More is not null)
            {
                services.AddOpenIddict().AddServer(More);
            }
        };
    }

    private async Task MakeMachinesAsync()
    {
        if (_made)
        {
            return;
        }

        _made = true;
        await MakeClientsAsync();
        await using var scope = Services.CreateAsyncScope();
        var applications = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
        await applications.CreateAsync(Machine(
            "two scopes", more: [Permissions.Prefixes.Scope + "services.read", Permissions.Prefixes.Scope + "profile"]));
        await applications.CreateAsync(Machine("no-token-endpoint", endpoint: false));
        await applications.CreateAsync(Machine("no-grant", grant: false));
        var longer = Machine("lives-longer");
        longer.Settings[Settings.TokenLifetimes.AccessToken] = TimeSpan.FromMinutes(20).ToString();
        await applications.CreateAsync(longer);
    }

    private static OpenIddictApplicationDescriptor Machine(string id, bool endpoint = true, bool grant = true, params string[] more)
    {
        var machine = new OpenIddictApplicationDescriptor { ClientId = id, ClientSecret = Secret, ClientType = ClientTypes.Confidential };
        if (endpoint)
        {
            machine.Permissions.Add(Permissions.Endpoints.Token);
        }

        if (grant)
        {
            machine.Permissions.Add(Permissions.GrantTypes.ClientCredentials);
        }

        machine.Permissions.UnionWith(more);
        return machine;
    }

    private sealed class Watch
    {
        private readonly Lock _gate = new();
        private readonly List<AuditEvent> _events = [];
        private bool _engine;

        public bool Engine
        {
            get
            {
                lock (_gate)
                {
                    return _engine;
                }
            }
        }

        public IReadOnlyList<AuditEvent> Events
        {
            get
            {
                lock (_gate)
                {
                    return [.. _events];
                }
            }
        }

        public void Clear()
        {
            lock (_gate)
            {
                _engine = false;
                _events.Clear();
            }
        }

        public void Dispatched()
        {
            lock (_gate)
            {
                _engine = true;
            }
        }

        public void Appended(AuditEvent one)
        {
            lock (_gate)
            {
                _events.Add(one);
            }
        }
    }

    private sealed class WatchedDispatcher(Watch watch, PreparedDispatcher inner) : IOpenIddictServerDispatcher
    {
        public ValueTask DispatchAsync<TContext>(TContext context) where TContext : BaseContext
        {
            watch.Dispatched();
            return inner.DispatchAsync(context);
        }
    }

    private sealed class WatchedTrail(Watch watch, IAuditTrail inner) : IAuditTrail
    {
        public async ValueTask<long> AppendAsync(AuditEvent auditEvent, CancellationToken cancellation = default)
        {
            var index = await inner.AppendAsync(auditEvent, cancellation);
            watch.Appended(auditEvent);
            return index;
        }

        public ValueTask<long> AppendAsync(Backbone.Platform.EventId id, ReadOnlyMemory<byte> encoded, CancellationToken cancellation = default) =>
            inner.AppendAsync(id, encoded, cancellation);
    }
}

/// <summary>A request to the token endpoint, exactly.</summary>
public sealed record MachineCase(string Name, string Body)
{
    public string Method { get; init; } = "POST";

    public string Path { get; init; } = "/connect/token";

    public string ContentType { get; init; } = "application/x-www-form-urlencoded";

    public IReadOnlyList<string> Authorization { get; init; } = [];

    public override string ToString() => Name;
}

/// <summary>What came of it: the answer, whether the engine saw the request, and the audit events that were on disk before the answer.</summary>
public sealed record Outcome(int Status, IReadOnlyDictionary<string, string> Headers, string Text, bool Engine, IReadOnlyList<AuditEvent> Events)
{
    public JsonObject Body => Text.StartsWith('{') ? JsonNode.Parse(Text)!.AsObject() : [];
}
