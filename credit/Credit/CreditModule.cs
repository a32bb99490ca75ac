using Backbone.Credit.Codes;
using Backbone.Credit.Storage;
using Backbone.Platform.Web;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit;

/// <summary>The credit record of organisations: never of natural persons, whom <see cref="Platform.Entities.EntityCode"/> cannot hold.</summary>
public sealed class CreditModule : IBackboneModule
{
    public string Name => "credit";

    public void AddServices(ModuleContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.AddCreditOptions();
        context.AddCreditStorage();
        context.Services.AddSingleton<CodeLimit>();
    }

    public void MapEndpoints(IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        CheckCode.Map(endpoints);
    }
}
