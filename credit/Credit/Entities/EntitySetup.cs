using Backbone.Platform.Web;
using Backbone.Platform.Web.Console;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Entities;

internal static class EntitySetup
{
    public static void AddEntityPages(this ModuleContext context)
    {
        context.Services.AddScoped<ReadEntity>();
        context.Services.AddSingleton(new ConsoleLink(LookAtEntity.Path, ConsolePolicies.Credit, "查阅一个单位的信用记录", "Read an organisation's credit record"));
    }
}
