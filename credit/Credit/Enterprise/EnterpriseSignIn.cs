using Backbone.Platform.Web;
using Backbone.Platform.Web.SignIn;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace Backbone.Credit.Enterprise;

/// <summary>
/// People sign in to read and contest the credit of the organisation they act for: a client of its own at the issuer, which says for whom and with which
/// powers (docs/decisions/0034-enterprise-pages.md). Its cookie opens these pages and nothing else; it dies with the session and with the powers.
/// </summary>
internal static class EnterpriseSignIn
{
    public const string ClientId = "credit";

    public const string Home = "/credit/my";

    /// <summary>Policy: somebody who may read the organisation's report.</summary>
    public const string Read = "credit.my.read";

    /// <summary>Policy: somebody who may object to facts in its name.</summary>
    public const string Object = "credit.my.object";

    /// <summary>Policy: somebody who may apply for repair in its name.</summary>
    public const string Repair = "credit.my.repair";

    /// <summary>Policy: somebody who may do any of it.</summary>
    public const string Any = "credit.my";

    /// <summary>Powers of the app's file.</summary>
    public const string ViewPower = "view";
    public const string ObjectPower = "object";
    public const string RepairPower = "repair";

    private const string Cookie = "Backbone.Credit.My";

    public static readonly RelyingParty Party = new()
    {
        ClientId = ClientId,
        Home = Home,
        Cookie = Cookie,
        Scopes = ["openid", "profile", "offline_access"],

        // Each request asks the issuer: powers that are taken back end the pages at once, as the session's end does.
        FollowsSession = true,
        Words = services => services.GetRequiredService<IStringLocalizer<EnterpriseTexts>>(),
    };

    public static void AddEnterpriseSignIn(this ModuleContext context)
    {
        context.Services.AddRelyingParty(context.Platform, Party);
        context.Services.AddAuthorizationBuilder()
            .AddPolicy(Any, policy => Acting(policy, _ => true))
            .AddPolicy(Read, policy => Acting(policy, organisation => organisation.May(ViewPower)))
            .AddPolicy(Object, policy => Acting(policy, organisation => organisation.May(ObjectPower)))
            .AddPolicy(Repair, policy => Acting(policy, organisation => organisation.May(RepairPower)));
    }

    private static void Acting(AuthorizationPolicyBuilder policy, Func<ActingOrganisation, bool> may) =>
        policy.AddAuthenticationSchemes(Cookie).RequireAuthenticatedUser()
            .RequireAssertion(context => ActingOrganisation.Of(context.User) is { Person: not null } organisation && may(organisation));
}
