using Backbone.Credit.Telling.Desk;
using Backbone.Credit.Telling.Mine;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Console;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Telling;

internal static class TellingSetup
{
    public static void AddTelling(this ModuleContext context)
    {
        var services = context.Services;
        services.AddOptions<WebhookOptions>().Bind(context.Configuration.GetSection(WebhookOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<WebhookOptions>, WebhookOptionsBounds>();
        services.AddSingleton(provider => new Reachable(provider.GetRequiredService<IOptions<WebhookOptions>>()));
        services.AddSingleton<SignMessage>();
        services.AddSingleton<SendMessage>();
        services.AddScoped<NoteOutcome>();
        Reachable.AddClient(services);
        services.AddHostedService<SendDeliveries>();
        services.AddHostedService<NoticeRecipients>();
        services.AddSingleton<ProgramWords>();
        services.AddSingleton(new ConsoleLink(TellingPaths.DeskNotices, ConsolePolicies.Credit, "停用通知", "Notices to stop using a fact"));
        services.AddSingleton(new ConsoleLink(TellingPaths.DeskPrograms, ConsolePolicies.Credit, "变动消息", "Messages to programs"));
        services.AddPageNav(new PageNavItem(
            TellingPaths.DeskNotices, provider => provider.GetRequiredService<IStringLocalizer<TellingTexts>>()["Nav"], Order: 72, Roles: [ConsoleRoles.CreditOfficer]));
    }

    public static void MapTelling(this IEndpointRouteBuilder endpoints)
    {
        Subscribe.Map(endpoints);
        ServeNotices.Map(endpoints);
        ShowMyNotices.Map(endpoints);
        ListNotices.Map(endpoints);
        ListPrograms.Map(endpoints);
        WorkProgram.Map(endpoints);
    }
}
