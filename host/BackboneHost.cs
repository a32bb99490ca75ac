using Backbone.Audit;
using Backbone.Host.CommandLine;
using Backbone.Host.Startup;
using Backbone.Identity;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Connections;

namespace Backbone.Host;

/// <summary>All modules in one process. <c>Program.cs</c> and the tests start the very same thing.</summary>
internal sealed class BackboneHost : IAsyncDisposable
{
    private const int PortAttempts = 5;

    private readonly WebApplication app;

    private BackboneHost(WebApplication app, BackboneOptions options)
    {
        this.app = app;
        Options = options;
    }

    public BackboneOptions Options { get; }

    public IServiceProvider Services => app.Services;

    /// <summary>Modules by name, in the order in which they register and map.</summary>
    public static IReadOnlyList<IBackboneModule> AllModules() => [new AuditModule(), new IdentityModule()];

    public static IReadOnlyList<string> ModuleNames { get; } = [.. AllModules().Select(module => module.Name)];

    /// <summary>Reads the command line, builds and starts. When it returns, the server listens.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="adjust">Tests replace the clock and nothing else.</param>
    /// <exception cref="StartRefusedException">Configuration or command line is wrong; nothing was started.</exception>
    public static async Task<BackboneHost> StartAsync(
        string[] args, Action<IServiceCollection>? adjust = null, CancellationToken cancellation = default)
    {
        var arguments = HostArguments.Parse(args, ModuleNames, TextWriter.Null);
        for (var attempt = 1; ; attempt++)
        {
            var host = Build(arguments, adjust);
            try
            {
                await host.app.StartAsync(cancellation);
                return host;
            }
            catch (IOException failure) when (failure.InnerException is AddressInUseException
                && FreePort.IsAskedFor(arguments.Urls ?? "") && attempt < PortAttempts)
            {
                await host.DisposeAsync();
            }
            catch
            {
                await host.DisposeAsync();
                throw;
            }
        }
    }

    public static BackboneHost Build(HostArguments arguments, Action<IServiceCollection>? adjust = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        HostConfiguration.Load(builder.Configuration, arguments);
        var options = HostConfiguration.Bind(builder.Configuration);
        builder.WebHost.UseUrls(options.Urls);

        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<DemonstrationSheet>();
        services.AddHttpClient();
        services.AddHealthChecks();
        services.AddAuditTrail(options);
        services.AddPageShell(options);
        services.AddRateLimiter(_ => { });
        services.AddAuthentication();
        services.AddAuthorizationBuilder().SetFallbackPolicy(new(
            [new Microsoft.AspNetCore.Authorization.Infrastructure.DenyAnonymousAuthorizationRequirement()], []));
        var modules = AllModules().Where(module => arguments.Modules.Contains(module.Name)).ToList();
        foreach (var module in modules)
        {
            module.AddServices(new ModuleContext(services, builder.Configuration, options));
        }

        adjust?.Invoke(services);
        var app = builder.Build();
        app.UsePageShell();
        app.UseRouting();
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UsePageForms();
        app.MapPageShell();
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false }).WithName("host.health.live").AllowAnonymous();
        foreach (var module in modules)
        {
            module.MapEndpoints(app);
        }

        return new BackboneHost(app, options);
    }

    /// <summary>Completes when the process is asked to stop (Ctrl-C, SIGTERM).</summary>
    public Task WaitForShutdownAsync() => app.WaitForShutdownAsync();

    /// <summary>Stops listening, lets requests finish, drains what modules have to drain.</summary>
    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
