using Backbone.Credit.Cases;
using Backbone.Credit.Facts.Files;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Console;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace Backbone.Credit.Facts.Uploads;

internal static class UploadSetup
{
    public const string Path = CasePaths.Desk + "/facts";

    /// <summary>Policy: whoever brings files of facts in.</summary>
    public const string Policy = ConsolePolicies.CreditFacts;

    public static void AddFactUploads(this ModuleContext context)
    {
        context.Services.AddScoped<SurveyFile>();
        context.Services.AddSingleton<StoreSoundRows>();
        context.Services.AddSingleton<SurveyPlaces>();
        context.Services.AddScoped<ReceiveUpload>();
        context.Services.AddScoped<StoreUpload>();
        context.Services.AddSingleton(new ConsoleLink(Path, Policy, "上传信用事实文件", "Upload files of credit facts"));
        context.Services.AddPageNav(new PageNavItem(
            Path, provider => provider.GetRequiredService<IStringLocalizer<FileTexts>>()["Nav"], Order: 71, Roles: [ConsoleRoles.CreditClerk]));
    }

    public static void MapFactUploads(this IEndpointRouteBuilder endpoints)
    {
        ListUploads.Map(endpoints);
        ShowUpload.Map(endpoints);
        ShowTemplate.Map(endpoints);
    }

    public static string PathOf(Guid file) => $"{Path}/{file:D}";
}
