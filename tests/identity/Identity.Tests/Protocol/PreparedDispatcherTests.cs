using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Backbone.Identity.Tests.Protocol;

/// <summary>A host that notes each handler of the engine as it is about to run, under the engine's own dispatcher or ours.</summary>
public sealed class TracedFixture : ProtocolFixture
{
    private readonly HandlerTrace _trace = new();

    public bool Engine { get; init; }

    public static async Task<TracedFixture> StartAsync(bool engine)
    {
        var fixture = new TracedFixture { Engine = engine };
        await ((IAsyncLifetime)fixture).InitializeAsync();
        await fixture.MakeClientsAsync();
        return fixture;
    }

    /// <summary>The handlers that ran since the last call, in order.</summary>
    public IReadOnlyList<string> Trace() => _trace.Take();

    protected override void Configure(FixtureSettings settings)
    {
        base.Configure(settings);
        settings.Observe = services =>
        {
            services.AddSingleton(_trace);
            services.AddSingleton(typeof(Noted<>));
            services.AddSingleton<IPostConfigureOptions<OpenIddictServerOptions>, NoteHandlers>();
            if (Engine)
            {
                services.Replace(ServiceDescriptor.Scoped<IOpenIddictServerDispatcher, OpenIddictServerDispatcher>());
            }
        };
    }

    /// <summary>Gives every handler one more filter, the last: asked only when all others let the handler run, and itself always does.</summary>
    private sealed class NoteHandlers : IPostConfigureOptions<OpenIddictServerOptions>
    {
        public void PostConfigure(string? name, OpenIddictServerOptions options)
        {
            var build = typeof(NoteHandlers).GetMethod(nameof(With), BindingFlags.NonPublic | BindingFlags.Static)!;
            for (var i = 0; i < options.Handlers.Count; i++)
            {
                var handler = options.Handlers[i];
                var note = typeof(Noted<>).MakeGenericType(handler.ServiceDescriptor.ServiceType);
                options.Handlers[i] = (OpenIddictServerHandlerDescriptor)build.MakeGenericMethod(handler.ContextType, note).Invoke(null, [handler])!;
            }
        }

        private static OpenIddictServerHandlerDescriptor With<TContext, TNote>(OpenIddictServerHandlerDescriptor handler)
            where TContext : BaseContext
            where TNote : class, IOpenIddictServerHandlerFilter<TContext> =>
            OpenIddictServerHandlerDescriptor.CreateBuilder<TContext>().Import(handler).AddFilter<TNote>().Build();
    }

    private sealed class HandlerTrace
    {
        private readonly ConcurrentQueue<string> _names = new();

        public void Add(string name) => _names.Enqueue(name);

        public IReadOnlyList<string> Take()
        {
            List<string> names = [];
            while (_names.TryDequeue(out var name))
            {
                names.Add(name);
            }

            return names;
        }
    }

    private sealed class Noted<THandler>(HandlerTrace trace) : IOpenIddictServerHandlerFilter<BaseContext>
    {
        public ValueTask<bool> IsActiveAsync(BaseContext context)
        {
            trace.Add($"{context.GetType().Name}: {typeof(THandler)}");
            return new(true);
        }
    }
}

public sealed class BothDispatchers : IAsyncLifetime
{
    public TracedFixture Ours { get; private set; } = null!;

    public TracedFixture Engines { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Ours = await TracedFixture.StartAsync(engine: false);
        Engines = await TracedFixture.StartAsync(engine: true);
    }

    public async ValueTask DisposeAsync()
    {
        await Ours.DisposeAsync();
        await Engines.DisposeAsync();
    }
}

/// <summary>The dispatcher in use runs the handlers the engine's own would run: the same, in the same order, ending at the same one.</summary>
public sealed partial class PreparedDispatcherTests(BothDispatchers hosts) : IClassFixture<BothDispatchers>
{
    private const string Machine = "grant_type=client_credentials&client_id=machine&client_secret=" + ProtocolFixture.Secret;
    private const string WithSecret = "&client_id=machine&client_secret=" + ProtocolFixture.Secret;

    [Theory]
    [InlineData("POST", "/connect/token", Machine, 200)]
    [InlineData("POST", "/connect/token", Machine + "&scope=services.read", 200)]
    [InlineData("POST", "/connect/token", Machine + "&scope=no.such", 400)]
    [InlineData("POST", "/connect/token", Machine + "&scope=profile", 400)]
    [InlineData("POST", "/connect/token", Machine + "&resource=https%3A%2F%2Fother.example%2F", 400)]
    [InlineData("POST", "/connect/token", Machine + "x", 401)]
    [InlineData("POST", "/connect/token", "grant_type=client_credentials&client_id=nobody&client_secret=x", 401)]
    [InlineData("POST", "/connect/token", "grant_type=client_credentials&client_id=machine", 401)]
    [InlineData("POST", "/connect/token", "grant_type=refresh_token&client_id=spa&refresh_token=garbage", 400)]
    [InlineData("POST", "/connect/token", "grant_type=password&client_id=spa", 400)]
    [InlineData("POST", "/connect/token", "", 400)]
    [InlineData("GET", "/connect/token", null, 400)]
    [InlineData("GET", "/connect/authorize?client_id=nobody&response_type=code", null, 400)]
    [InlineData("GET", "/connect/authorize?client_id=web&response_type=token&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback", null, 302)]
    [InlineData("POST", "/connect/introspect", "token=garbage" + WithSecret, 200)]
    [InlineData("POST", "/connect/introspect", "token=garbage", 401)]
    [InlineData("POST", "/connect/introspect", "token=" + WithSecret, 400)]
    [InlineData("POST", "/connect/revoke", "token=garbage" + WithSecret, 200)]
    [InlineData("POST", "/connect/revoke", "token=garbage&client_id=machine&client_secret=wrong", 401)]
    [InlineData("GET", "/connect/userinfo", null, 401)]
    [InlineData("GET", "/.well-known/openid-configuration", null, 200)]
    [InlineData("POST", "/.well-known/openid-configuration", "", 400)]
    [InlineData("GET", "/.well-known/jwks", null, 200)]
    public async Task One_request_runs_the_same_handlers(string method, string path, string? body, int status)
    {
        var ours = await SendAsync(hosts.Ours, method, path, body);
        var engines = await SendAsync(hosts.Engines, method, path, body);

        Assert.Equal(status, engines.Status);
        Assert.NotEmpty(engines.Trace);
        Assert.Equal(engines, ours);
    }

    [Fact]
    public async Task Sign_in_to_an_app_runs_the_same_handlers_from_the_code_to_the_end_of_its_tokens()
    {
        var ours = await JourneyAsync(hosts.Ours);
        var engines = await JourneyAsync(hosts.Engines);

        Assert.True(engines.Count > 300, $"only {engines.Count} handlers ran");
        Assert.Equal(engines, ours);
    }

    private static async Task<IReadOnlyList<string>> JourneyAsync(TracedFixture host)
    {
        var person = await host.SignInAsync();
        host.Trace();
        var code = await ProtocolFixture.CodeAsync(person, scope: "openid profile offline_access");
        var (_, first) = await host.RedeemAsync(code);
        var (_, second) = await host.RefreshAsync((string)first["refresh_token"]!);
        await host.UserInfoAsync((string)second["access_token"]!);
        await host.UserInfoAsync("garbage");
        await host.IntrospectAsync((string)second["access_token"]!);
        await host.TokenAsync([new("token", (string)second["refresh_token"]!)], path: "/connect/revoke");
        await host.RefreshAsync((string)second["refresh_token"]!);
        await host.RedeemAsync(code);
        using var logout = await person.Browser.GetAsync("/connect/logout?id_token_hint=" + (string)first["id_token"]!);
        return host.Trace();
    }

    private static async Task<Answer> SendAsync(TracedFixture host, string method, string path, string? body)
    {
        using var http = host.NewClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.ASCII, MediaTypeHeaderValue.Parse("application/x-www-form-urlencoded"));
        }

        host.Trace();
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();

        // Keys, tokens, references and addresses are each host's own.
        var known = Own().Replace(text.Replace(host.Address.AbsoluteUri, "issuer/", StringComparison.Ordinal), "own");
        var location = answer.Headers.Location?.Query.Replace(Uri.EscapeDataString(host.Address.AbsoluteUri), "issuer", StringComparison.Ordinal);
        return new Answer((int)answer.StatusCode, location, known, string.Join('\n', host.Trace()));
    }

    [GeneratedRegex("(?<=\"kid\": \")[^\"]+|[A-Za-z0-9_-]{32,}(\\.[A-Za-z0-9_-]+)*|[0-9A-Z]{4}-[0-9A-Z]{4}")]
    private static partial Regex Own();

    private sealed record Answer(int Status, string? Location, string Text, string Trace);
}
