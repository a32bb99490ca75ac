using Backbone.Credit.Storage;
using Backbone.Platform.Web;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Grading;

internal static class GradingSetup
{
    public static void AddGrading(this ModuleContext context)
    {
        context.Services.AddOptions<GradingOptions>().Bind(context.Configuration.GetSection(GradingOptions.Section)).ValidateOnStart();
        context.Services.AddSingleton<IValidateOptions<GradingOptions>, GradingOptionsBounds>();
        context.Services.AddSingleton<GradingProgress>();
        context.Services.AddSingleton<GradeRegularly>();
        context.Services.AddHostedService(services => services.GetRequiredService<GradeRegularly>());
        context.Services.AddHealthChecks().AddCheck<GradingHealth>("credit-grades", HealthStatus.Degraded);
    }
}
