using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Platform.Web;

/// <summary>
/// One module of the backbone: registers what it needs and maps what it answers. The host composes modules and decides nothing.
/// Work before the first request (migrations, seeds, key creation) is an <c>IHostedLifecycleService</c> whose <c>StartingAsync</c>
/// finishes it: the server only listens afterwards.
/// </summary>
public interface IBackboneModule
{
    /// <summary>The name on the command line (<c>--modules identity,audit</c>); lower case, unique.</summary>
    string Name { get; }

    void AddServices(ModuleContext context);

    void MapEndpoints(IEndpointRouteBuilder endpoints);
}

/// <summary>What a module sees while it registers itself.</summary>
/// <param name="Services">The container being built.</param>
/// <param name="Configuration">Settings: appsettings.json, then environment (<c>BACKBONE__…</c>), then command line.</param>
/// <param name="Platform">The validated settings all modules share.</param>
public sealed record ModuleContext(IServiceCollection Services, IConfiguration Configuration, BackboneOptions Platform);
