using Backbone.Credit.PriorNotices.Desk;
using Backbone.Credit.PriorNotices.Mine;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Console;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.PriorNotices;

internal static class NoticeSetup
{
    public static void AddPriorNotices(this ModuleContext context)
    {
        var services = context.Services;
        services.AddSingleton<NoticeClocks>();
        services.AddScoped<GiveNotice>();
        services.AddScoped<HoldGrades>();
        services.AddScoped<EndNotices>();
        services.AddScoped<PublishedScore>();
        services.AddScoped<ReadNotice>();
        services.AddScoped<TakeNoticeStep>();
        services.AddScoped<TellReplies>();
        services.AddSingleton(new ConsoleLink(NoticePaths.Desk, ConsolePolicies.Credit, "公布前的告知", "Notices before publication"));
    }

    public static void MapPriorNotices(this IEndpointRouteBuilder endpoints)
    {
        ShowMyNotices.Map(endpoints);
        ListNotices.Map(endpoints);
        WorkNotice.Map(endpoints);
    }
}
