using Backbone.Credit.Cases.Clock;
using Backbone.Credit.Cases.Desk;
using Backbone.Credit.Cases.Mine;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Console;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace Backbone.Credit.Cases;

internal static class CaseSetup
{
    public static void AddCreditCases(this ModuleContext context)
    {
        var services = context.Services;
        services.AddSingleton(_ => Duties.File(Duties.BuiltInFile, ReadWorkingDays.Folder(ReadWorkingDays.BuiltInFolder)));
        services.AddSingleton<CaseClocks>();
        services.AddScoped<OwnFacts>();
        services.AddScoped<CaseEffect>();
        services.AddScoped<FileCase>();
        services.AddScoped<TakeStep>();
        services.AddScoped<TellDeadlines>();
        services.AddScoped<DeskOfficers>();
        services.AddHostedService<WatchDeadlines>();
        services.AddSingleton(new ConsoleLink(CasePaths.DeskObjections, ConsolePolicies.Credit, "信用异议", "Objections to credit facts"));
        services.AddSingleton(new ConsoleLink(CasePaths.DeskRepairs, ConsolePolicies.Credit, "信用修复", "Repairs of credit"));
        services.AddPageNav(new PageNavItem(
            CasePaths.DeskObjections, provider => provider.GetRequiredService<IStringLocalizer<CaseTexts>>()["Nav"], Order: 70, Roles: [ConsoleRoles.CreditOfficer]));
    }

    public static void MapCreditCases(this IEndpointRouteBuilder endpoints)
    {
        FileMine.Map(endpoints);
        ShowMyCase.Map(endpoints);
        ListWork.Map(endpoints);
        WorkCase.Map(endpoints);
    }
}
