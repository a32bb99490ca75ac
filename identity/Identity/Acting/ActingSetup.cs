using Backbone.Platform.Web;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.Acting;

internal static class ActingSetup
{
    public static void AddActing(this ModuleContext context) => context.Services.AddScoped<ActingChoice>();

    public static void MapActing(this IEndpointRouteBuilder endpoints) => ChooseActing.Map(endpoints);
}
