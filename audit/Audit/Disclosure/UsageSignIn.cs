using Backbone.Platform.Web;
using Backbone.Platform.Web.SignIn;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace Backbone.Audit.Disclosure;

/// <summary>
/// People sign in to see who looked at their data. A client of its own that gets public subjects, the ids that stand in the log; its cookie
/// opens that page and nothing else, and no other cookie opens it.
/// </summary>
internal static class UsageSignIn
{
    public const string ClientId = "who-looked";

    public const string Cookie = "Backbone.WhoLooked";

    /// <summary>Policy: whoever is signed in, for what is their own.</summary>
    public const string Policy = "audit.usage.person";

    public static readonly RelyingParty Party = new()
    {
        ClientId = ClientId,
        Home = ShowUsage.Path,
        Cookie = Cookie,
        Scopes = ["openid", "profile", "offline_access"],

        // A computer may be shared: what one person was shown must not be there for the next.
        FollowsSession = true,
        Words = services => services.GetRequiredService<IStringLocalizer<UsageTexts>>(),
    };

    public static void AddUsageSignIn(this ModuleContext context)
    {
        context.Services.AddRelyingParty(context.Platform, Party);
        context.Services.AddAuthorizationBuilder()
            .AddPolicy(Policy, policy => policy.AddAuthenticationSchemes(Cookie).RequireAuthenticatedUser().RequireClaim("sub"));
    }
}
