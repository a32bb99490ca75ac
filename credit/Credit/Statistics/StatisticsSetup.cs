using Backbone.Credit.Catalogue;
using Backbone.Credit.Grading;
using Backbone.Credit.Packs.Keeping;
using Backbone.Credit.Statistics.Pages;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Console;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Statistics;

internal static class StatisticsSetup
{
    public static void AddCreditStatistics(this ModuleContext context)
    {
        var services = context.Services;
        services.AddSingleton<CountRegularly>();
        services.AddHostedService(provider => provider.GetRequiredService<CountRegularly>());
        services.AddScoped<ReadStatistics>();
        services.AddScoped<StatisticWords>();
        services.AddSingleton<KeptFigures>();
        services.AddSingleton(provider => new MonitorRelease(
            provider.GetRequiredService<IServiceScopeFactory>(), provider.GetRequiredService<FactCatalogue>(), provider.GetRequiredService<PacksInForce>(),
            provider.GetRequiredService<IOptions<GradingOptions>>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(new ConsoleLink(ShowStatistics.Path, ConsolePolicies.Credit, "信用统计", "Credit statistics"));
    }

    public static void MapCreditStatistics(this IEndpointRouteBuilder endpoints)
    {
        ShowStatistics.Map(endpoints);
        ShowRegister.Map(endpoints);
        ShowMonitoring.Map(endpoints);
    }
}
