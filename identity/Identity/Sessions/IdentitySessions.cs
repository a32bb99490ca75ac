using Backbone.Identity.Events;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Keys;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Backbone.Identity.Sessions;

internal static class IdentitySessions
{
    /// <summary>Sessions, their scheme (the default one) and what events need of a request.</summary>
    public static void AddIdentitySessions(this ModuleContext context)
    {
        var services = context.Services;
        services.AddOptions<SessionOptions>().BindConfiguration(SessionOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SessionOptions>, SessionOptionsBounds>();
        services.TryAddSingleton(_ => MasterKey.Of(context.Platform));
        services.AddScoped<BrowserSessions>();
        services.AddScoped<EndSessions>();
        services.AddScoped<SessionGate>();
        services.AddHostedService<EndExpiredSessions>();
        services.AddAuthentication(SessionClaims.Scheme)
            .AddScheme<AuthenticationSchemeOptions, SessionAuthentication>(SessionClaims.Scheme, displayName: null, configureOptions: null);
    }
}
