using Backbone.Credit.Catalogue;
using Backbone.Platform.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Packs.Keeping;

internal static class PackSetup
{
    /// <summary>Call it before whatever scores regularly: that is to find the packs read.</summary>
    public static void AddPolicyPacks(this ModuleContext context)
    {
        var services = context.Services;
        services.AddSingleton<PackKey>();
        services.AddSingleton<FollowedPacks>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<PacksInForce>(provider, PackInForce.Load(
            provider.GetRequiredService<IOptions<CreditOptions>>().Value.PackFile(context.Platform), provider.GetRequiredService<FactCatalogue>())));

        // Within one request it is one pack.
        services.AddScoped(provider => provider.GetRequiredService<PacksInForce>().Current);
        services.AddScoped<SubmitPack>();
        services.AddScoped<DecidePack>();
        services.AddHostedService<FollowPacks>();
        services.AddHealthChecks().AddCheck<PacksHealth>("credit-packs", HealthStatus.Degraded);
    }
}
