using Backbone.Credit.Facts.Uploads;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Console;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Facts.Daily;

internal static class DailySetup
{
    public const string Path = UploadSetup.Path + "/daily";

    public static void AddDailyFiles(this ModuleContext context)
    {
        var services = context.Services;
        services.AddOptions<DailyOptions>().Bind(context.Configuration.GetSection(DailyOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DailyOptions>, DailyOptionsBounds>();
        services.AddSingleton<DailyProgress>();
        services.AddSingleton<TakeFile>();
        services.AddSingleton<TakeRegularly>();
        services.AddHostedService(provider => provider.GetRequiredService<TakeRegularly>());
        services.AddHealthChecks().AddCheck<DailyHealth>("credit-daily", HealthStatus.Degraded);
        services.AddSingleton(new ConsoleLink(Path, UploadSetup.Policy, "机关每日文件", "Daily files of agencies"));
    }
}
