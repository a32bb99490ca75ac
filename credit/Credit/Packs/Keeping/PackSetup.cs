using Backbone.Credit.Catalogue;
using Backbone.Credit.Commands;
using Backbone.Credit.Packs.Desk;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Console;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Packs.Keeping;

internal static class PackSetup
{
    public static void MapPolicyPacks(this IEndpointRouteBuilder endpoints)
    {
        ListPacks.Map(endpoints);
        HandInPack.Map(endpoints);
        WorkPack.Map(endpoints);
    }

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
        services.AddSingleton<ComputeImpacts>();
        services.AddHostedService(provider => provider.GetRequiredService<ComputeImpacts>());
        services.AddSingleton(provider => new TryImpact(
            provider.GetRequiredService<IServiceScopeFactory>(), provider.GetRequiredService<FactCatalogue>(), provider.GetRequiredService<BackboneOptions>()));
        services.AddScoped<PackProse>();
        services.AddScoped<ViewPack>();
        services.AddSingleton(new ConsoleLink(PackPaths.List, ConsolePolicies.CreditPolicy, "评价规则包", "Policy packs"));
        services.AddPageNav(new PageNavItem(
            PackPaths.List, provider => provider.GetRequiredService<IStringLocalizer<PackTexts>>()["Nav"], Order: 71, Roles: [ConsoleRoles.CreditPolicy]));
        services.AddHealthChecks().AddCheck<PacksHealth>("credit-packs", HealthStatus.Degraded);
    }
}
