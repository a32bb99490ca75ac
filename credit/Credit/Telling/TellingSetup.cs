using Backbone.Platform.Web;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Telling;

internal static class TellingSetup
{
    public static void AddTelling(this ModuleContext context)
    {
        var services = context.Services;
        services.AddOptions<WebhookOptions>().Bind(context.Configuration.GetSection(WebhookOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<WebhookOptions>, WebhookOptionsBounds>();
        services.AddSingleton<Reachable>();
        services.AddSingleton<SignMessage>();
        services.AddSingleton<SendMessage>();
        Reachable.AddClient(services);
        services.AddHostedService<SendDeliveries>();
    }
}
