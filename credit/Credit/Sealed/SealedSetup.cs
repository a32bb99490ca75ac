using Backbone.Platform.Web;
using Backbone.Platform.Web.Console;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Sealed;

internal static class SealedSetup
{
    public static void AddSealedCopies(this ModuleContext context)
    {
        context.Services.AddScoped<OpenSealed>();
        context.Services.AddSingleton(new ConsoleLink(WorkSealed.List, ConsolePolicies.Credit, "封存的信用记录", "Sealed credit records"));
    }
}
