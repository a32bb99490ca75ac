using Backbone.Platform.Web;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace Backbone.Identity.Organisations;

internal static class OrganisationsSetup
{
    public static void AddOrganisations(this ModuleContext context)
    {
        var services = context.Services;
        services.AddOptions<RegistryOptions>().BindConfiguration(RegistryOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RegistryOptions>, RegistryOptionsBounds>();
        services.AddSingleton(provider => new RegistryWay(RegistryOf(provider, context.Platform)));
        services.AddScoped<Standings>();
        services.AddScoped<BindRepresentative>();
        services.AddScoped<GivePowers>();
        services.AddScoped<EndMandates>();
        services.AddPageNav(new PageNavItem(
            ListOrganisations.Path, provider => provider.GetRequiredService<IStringLocalizer<OrganisationTexts>>()["List_Nav"], Order: 40));
    }

    public static void MapOrganisations(this IEndpointRouteBuilder endpoints)
    {
        ListOrganisations.Map(endpoints);
        RegisterOrganisation.Map(endpoints);
        ShowOrganisation.Map(endpoints);
        ShowRecord.Map(endpoints);
        GiveMandate.Map(endpoints);
        EndMandate.Map(endpoints);
    }

    /// <summary>A deployment's own adapter goes before everything.</summary>
    private static IEntityRegistry? RegistryOf(IServiceProvider provider, BackboneOptions platform) =>
        provider.GetService<IEntityRegistry>()
        ?? (provider.GetRequiredService<IOptions<RegistryOptions>>().Value.Source ?? (platform.Demo ? RegistrySimulator.SourceName : RegistryOptions.None)) switch
        {
            RegistrySimulator.SourceName => new RegistrySimulator(),
            _ => null,
        };
}
