using Backbone.Platform.Web.SignIn;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace Backbone.Platform.Web.Console;

/// <summary>Signing in to <c>/console</c>: a relying party of its own.</summary>
public static class ConsoleSignIn
{
    /// <summary>The console's own cookie; never accepted by anything but console pages.</summary>
    public const string Cookie = "Backbone.Console";

    private static readonly RelyingParty Party = new()
    {
        ClientId = "console",
        Home = "/console",
        Cookie = Cookie,
        Scopes = ["openid", "profile", "roles", "offline_access"],

        // A page of the console asks many times a minute. Five seconds are the bound within which everything of ours hears that something ended.
        FollowsSession = true,
        SessionWordHolds = TimeSpan.FromSeconds(5),
        Words = services => services.GetRequiredService<IStringLocalizer<ConsoleTexts>>(),
    };

    public static IServiceCollection AddConsoleSignIn(this IServiceCollection services, BackboneOptions platform)
    {
        services.AddRelyingParty(platform, Party);
        services.AddAuthorizationBuilder()
            .AddPolicy(ConsolePolicies.Any, policy => Require(policy, [.. ConsoleRoles.Known]))
            .AddPolicy(ConsolePolicies.Audit, policy => Require(policy, ConsoleRoles.Audit))
            .AddPolicy(ConsolePolicies.Security, policy => Require(policy, ConsoleRoles.Security))
            .AddPolicy(ConsolePolicies.System, policy => Require(policy, ConsoleRoles.System))
            .AddPolicy(ConsolePolicies.Credit, policy => Require(policy, ConsoleRoles.CreditOfficer))
            .AddPolicy(ConsolePolicies.CreditPolicy, policy => Require(policy, ConsoleRoles.CreditPolicy))
            .AddPolicy(ConsolePolicies.CreditFacts, policy => Require(policy, ConsoleRoles.CreditClerk))
            .AddPolicy(ConsolePolicies.CreditSupervision, policy => Require(policy, ConsoleRoles.CreditSupervisor));
        return services;
    }

    public static IEndpointRouteBuilder MapConsole(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/console", Index.ShowAsync).WithName("console.index").RequireAuthorization(ConsolePolicies.Any);
        endpoints.MapPost(Party.SignOutPath, SignOutAsync).WithName("console.sign-out").RequireAuthorization(ConsolePolicies.Any);
        return endpoints;
    }

    private static Task SignOutAsync(HttpContext http) => RelyingPartySignIn.SignOutAsync(http, Party);

    private static void Require(AuthorizationPolicyBuilder policy, params string[] roles) => policy
        .AddAuthenticationSchemes(Cookie)
        .RequireAuthenticatedUser()
        .RequireClaim(RelyingPartySignIn.RoleClaim, roles);
}
