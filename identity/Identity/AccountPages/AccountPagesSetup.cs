using Backbone.Identity.AccountPages.Apps;
using Backbone.Identity.AccountPages.Security;
using Backbone.Identity.Passkeys;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Pages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace Backbone.Identity.AccountPages;

/// <summary>What a person sees and changes of their own account. Everything but passkeys works without script.</summary>
internal static class AccountPagesSetup
{
    public static void AddAccountPages(this ModuleContext context)
    {
        context.AddPasskeys();
        context.Services.AddPageNav(new PageNavItem(
            "/account", services => services.GetRequiredService<IStringLocalizer<AccountTexts>>()["Account_Title"], Order: 50));
        context.Services.AddScoped<TotpEnrolments>();
        context.Services.AddScoped<RecoveryCodes>();
        context.Services.AddScoped<OwnSessions>();
        context.Services.AddScoped<OwnConsents>();
    }

    public static void MapAccountPages(this IEndpointRouteBuilder endpoints)
    {
        ShowOverview.Map(endpoints);
        ShowSecurity.Map(endpoints);
        ChangePassword.Map(endpoints);
        SetUpTotp.Map(endpoints);
        RemoveTotp.Map(endpoints);
        RenewRecoveryCodes.Map(endpoints);
        ManageSessions.Map(endpoints);
        ManageApps.Map(endpoints);
        endpoints.MapPasskeys();
    }
}
