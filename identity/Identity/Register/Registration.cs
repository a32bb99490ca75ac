using Backbone.Identity.Accounts.Passwords;
using Backbone.Identity.Notices;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Keys;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Backbone.Identity.Register;

/// <summary>How people get an account and, later, back into it.</summary>
internal static class Registration
{
    public static void AddRegistration(this IServiceCollection services, ModuleContext context)
    {
        services.TryAddSingleton(_ => MasterKey.Of(context.Platform));
        services.AddPasswordRules();
        services.AddSingleton<DevelopmentNotices>();
        services.AddSingleton<INoticeSender>(provider => provider.GetRequiredService<DevelopmentNotices>());
        services.AddSingleton<ComposeNotice>();
        services.AddSingleton<TellOwner>();
        services.AddSingleton<CodeHash>();
        services.AddSingleton<JourneyCookie>();
        services.AddScoped<CodeLimits>();
        services.AddScoped<SendCode>();
        services.AddScoped<CheckCode>();
    }

    public static void MapRegistration(this IEndpointRouteBuilder endpoints)
    {
        foreach (var kind in new[] { JourneyKind.Register, JourneyKind.Reset, JourneyKind.Contact })
        {
            StartJourney.Map(endpoints, kind);
            VerifyCode.Map(endpoints, kind);
        }

        CompleteRegistration.Map(endpoints);
        CompleteReset.Map(endpoints);
        CompleteContact.Map(endpoints);
        ShowNotices.Map(endpoints);
    }
}
