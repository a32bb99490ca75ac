using Backbone.Platform.Web;
using Microsoft.AspNetCore.Routing;

namespace Backbone.Audit;

/// <summary>The audit log's pages. The log itself is there for every module, whether or not its pages run in this process.</summary>
public sealed class AuditModule : IBackboneModule
{
    public string Name => "audit";

    public void AddServices(ModuleContext context)
    {
    }

    public void MapEndpoints(IEndpointRouteBuilder endpoints)
    {
    }
}
