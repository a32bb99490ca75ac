using Backbone.Identity.Limits;
using Backbone.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Backbone.Identity.SignIn;

internal static class IdentitySignIn
{
    public static void AddIdentitySignIn(this ModuleContext context)
    {
        context.Services.AddOptions<LimitOptions>().BindConfiguration(LimitOptions.Section).ValidateOnStart();
        context.Services.AddSingleton<IValidateOptions<LimitOptions>, LimitOptionsBounds>();
        context.Services.AddScoped<SignInLimits>();
        context.Services.AddSingleton<CheckPassword>();
        context.Services.AddSingleton<PendingSignIn>();
        context.Services.AddSingleton<SignInGuard>();
    }

    public static void MapSignIn(this IEndpointRouteBuilder endpoints)
    {
        var steps = endpoints.MapGroup("").AddEndpointFilter(LeadToApp.Filter);
        SignInWithPassword.Map(steps);
        SecondFactor.Map(steps);
        SetUpSecondFactor.Map(steps);
        SignInWithPasskey.Map(endpoints);
        SignOut.Map(endpoints);
    }
}
