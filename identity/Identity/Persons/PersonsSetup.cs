using Backbone.Platform.Web;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Backbone.Identity.Persons;

internal static class PersonsSetup
{
    public static void AddPersons(this ModuleContext context)
    {
        var services = context.Services;
        services.AddOptions<RealNameOptions>().BindConfiguration(RealNameOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RealNameOptions>, RealNameOptionsBounds>();
        services.AddSingleton(provider => new RealNameWay(SourceOf(provider, context.Platform)));
        services.AddSingleton<SealedRealNames>();
        services.AddScoped<PersonLevels>();
        services.AddScoped<ConfirmRealName>();
        services.AddScoped<Authorize.LevelDemand>();
    }

    public static void MapPersons(this IEndpointRouteBuilder endpoints)
    {
        ShowLevel.Map(endpoints);
        VerifyRealName.Map(endpoints);
    }

    /// <summary>A deployment's own adapter goes before everything.</summary>
    private static IRealNameSource? SourceOf(IServiceProvider provider, BackboneOptions platform) =>
        provider.GetService<IRealNameSource>()
        ?? (provider.GetRequiredService<IOptions<RealNameOptions>>().Value.Source ?? (platform.Demo ? RealNameSimulator.SourceName : RealNameOptions.None)) switch
        {
            RealNameSimulator.SourceName => new RealNameSimulator(),
            _ => null,
        };
}
