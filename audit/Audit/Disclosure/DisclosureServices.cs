using Backbone.Platform.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Disclosure;

/// <summary>What the reading of "who looked at my data" needs.</summary>
internal static class DisclosureServices
{
    public static void AddDisclosure(this ModuleContext context)
    {
        var services = context.Services;
        services.AddOptions<DisclosureOptions>().Bind(context.Configuration.GetSection(DisclosureOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DisclosureOptions>, DisclosureOptionsBounds>();
        services.AddSingleton<UsageWords>();
        services.AddScoped<FindUsage>();
        context.AddUsageSignIn();
    }
}
