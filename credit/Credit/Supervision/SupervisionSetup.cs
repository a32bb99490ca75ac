using Backbone.Platform.Web;
using Backbone.Platform.Web.Console;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace Backbone.Credit.Supervision;

internal static class SupervisionSetup
{
    public static void AddSupervision(this ModuleContext context)
    {
        var services = context.Services;
        services.AddScoped<Supervise>();
        services.AddSingleton(new ConsoleLink(ListEscalated.Path, ListEscalated.Policy, "信用督办", "Overdue credit cases"));
        services.AddPageNav(new PageNavItem(
            ListEscalated.Path, provider => provider.GetRequiredService<IStringLocalizer<SupervisionTexts>>()["Title"], Order: 72, Roles: [ConsoleRoles.CreditSupervisor]));
    }

    public static void MapSupervision(this IEndpointRouteBuilder endpoints)
    {
        ListEscalated.Map(endpoints);
        WorkEscalated.Map(endpoints);
    }
}
