using Backbone.Platform.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Statistics;

internal static class StatisticsSetup
{
    public static void AddCreditStatistics(this ModuleContext context)
    {
        context.Services.AddSingleton<CountRegularly>();
        context.Services.AddHostedService(services => services.GetRequiredService<CountRegularly>());
    }
}
