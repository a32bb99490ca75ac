using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Backbone.Platform.Web.SignIn;

/// <summary>
/// Whether the session a sign-in came from still lives, by the issuer's word (RFC 7662): its refresh tokens end with it, so it is asked about
/// one, which is never redeemed. An issuer that does not answer opens nothing.
/// </summary>
internal static class SessionAtIssuer
{
    /// <summary>The name under which the cookie keeps the refresh token.</summary>
    public const string Token = "refresh_token";

    private static readonly object Failure = new();

    /// <summary>Why nobody could say whether the session of this request lives; null when the issuer answered, or was not asked.</summary>
    public static Exception? FailureOf(HttpContext http) => http.Items[Failure] as Exception;

    /// <summary>Drops the sign-in unless its session lives.</summary>
    public static async Task RequireAsync(CookieValidatePrincipalContext context, BackboneOptions platform, RelyingParty party)
    {
        try
        {
            if (context.Properties.GetTokenValue(Token) is { } token && await IsActiveAsync(context.HttpContext, platform, party, token))
            {
                return;
            }
        }
        catch (Exception failure) when (SignInRefusals.IsUnreachable(failure))
        {
            context.HttpContext.Items[Failure] = failure;
        }

        context.RejectPrincipal();
    }

    private static async Task<bool> IsActiveAsync(HttpContext http, BackboneOptions platform, RelyingParty party, string token)
    {
        var openId = http.RequestServices.GetRequiredService<IOptionsMonitor<OpenIdConnectOptions>>().Get(party.OpenId);
        var issuer = await openId.ConfigurationManager!.GetConfigurationAsync(http.RequestAborted);
        using var question = new FormUrlEncodedContent(
        [
            new("token", token), new("token_type_hint", "refresh_token"), new("client_id", party.ClientId),
            new("client_secret", await RelyingPartySignIn.SecretAsync(platform, party, http.RequestAborted)),
        ]);
        using var answer = await openId.Backchannel.PostAsync(new Uri(issuer.IntrospectionEndpoint), question, http.RequestAborted);
        answer.EnsureSuccessStatusCode();
        await using var body = await answer.Content.ReadAsStreamAsync(http.RequestAborted);
        using var said = await JsonDocument.ParseAsync(body, cancellationToken: http.RequestAborted);
        return said.RootElement.TryGetProperty("active", out var active) && active.ValueKind == JsonValueKind.True;
    }
}
