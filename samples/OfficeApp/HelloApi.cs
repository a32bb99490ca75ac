using System.Security.Claims;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Backbone.OfficeApp;

/// <summary>A resource server: takes access tokens on nothing but the issuer's published metadata.</summary>
internal static class HelloApi
{
    public const string Policy = "hello";
    private const string Scope = "services.read";

    public static void AddHelloApi(this AuthenticationBuilder authentication, Settings settings)
    {
        authentication.AddJwtBearer(options =>
        {
            options.Authority = settings.Issuer;                                // issuer and keys come from its metadata
            options.Audience = settings.Resource;                               // only tokens made for this API
            options.MapInboundClaims = false;
            options.TokenValidationParameters.ValidTypes = ["at+jwt"];          // RFC 9068 4: an id token opens nothing here
            options.TokenValidationParameters.ValidAlgorithms = ["ES256", "RS256"];
            options.RequireHttpsMetadata = !settings.IssuerIsLoopback;
        });
        authentication.Services.AddAuthorizationBuilder().AddPolicy(Policy, policy => policy
            .AddAuthenticationSchemes(JwtBearerDefaults.AuthenticationScheme)
            .RequireAuthenticatedUser()
            .RequireAssertion(context => HasScope(context.User)));
    }

    public static void MapHelloApi(this IEndpointRouteBuilder app) => app.MapGet("/api/hello", Hello).RequireAuthorization(Policy);

    private static ContentHttpResult Hello(ClaimsPrincipal caller) => TypedResults.Content(
        new JsonObject
        {
            ["subject"] = caller.FindFirstValue("sub"),
            ["client"] = caller.FindFirstValue("client_id"),
            ["audience"] = caller.FindFirstValue("aud"),
            ["scope"] = caller.FindFirstValue("scope"),
        }.ToJsonString(),
        "application/json");

    private static bool HasScope(ClaimsPrincipal caller) =>
        caller.FindAll("scope").SelectMany(claim => claim.Value.Split(' ')).Contains(Scope, StringComparer.Ordinal);
}
