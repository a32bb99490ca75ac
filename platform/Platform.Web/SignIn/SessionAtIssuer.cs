using System.Text.Json;
using Backbone.Platform.Web.Console;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Backbone.Platform.Web.SignIn;

/// <summary>
/// Whether the session a sign-in came from still lives, by the issuer's word (RFC 7662): its refresh tokens end with it, so it is asked about
/// one, which is never redeemed. An issuer that does not answer opens nothing. What a page asks by itself is told to be none of the person's
/// activity (<see cref="AsksByItself"/>), so that a page left open does not keep the session.
/// </summary>
public static class SessionAtIssuer
{
    /// <summary>The name under which the cookie keeps the refresh token.</summary>
    internal const string Token = "refresh_token";

    private static readonly object Failure = new();
    private static readonly object Again = new();

    /// <summary>Why nobody could say whether the session of this request lives; null when the issuer answered, or was not asked.</summary>
    internal static Exception? FailureOf(HttpContext http) => http.Items[Failure] as Exception;

    /// <summary>Drops the sign-in unless its session lives.</summary>
    internal static async Task RequireAsync(CookieValidatePrincipalContext context, BackboneOptions platform, RelyingParty party)
    {
        var http = context.HttpContext;
        try
        {
            if (context.Properties.GetTokenValue(Token) is { } token && await LivesAsync(http, platform, party, token))
            {
                http.Items[Again] = () => LivesAsync(http, platform, party, token);
                return;
            }
        }
        catch (Exception failure) when (SignInRefusals.IsUnreachable(failure))
        {
            http.Items[Failure] = failure;
        }

        context.RejectPrincipal();
    }

    /// <summary>
    /// The same once more, for an answer that waited: whether the session of this request's sign-in lives now. True where pages do not follow it.
    /// </summary>
    public static async Task<bool> StillLivesAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        try
        {
            return http.Items[Again] is not Func<Task<bool>> ask || await ask();
        }
        catch (Exception failure) when (SignInRefusals.IsUnreachable(failure))
        {
            return false;
        }
    }

    private static Task<bool> LivesAsync(HttpContext http, BackboneOptions platform, RelyingParty party, string token)
    {
        var isActivity = http.GetEndpoint()?.Metadata.GetMetadata<AsksByItself>() is null;
        return http.RequestServices.GetRequiredService<SessionWords>().LivesAsync(
            token, party.SessionWordHolds, isActivity, told => AskAsync(http, platform, party, token, told));
    }

    private static async Task<bool> AskAsync(HttpContext http, BackboneOptions platform, RelyingParty party, string token, bool isActivity)
    {
        var openId = http.RequestServices.GetRequiredService<IOptionsMonitor<OpenIdConnectOptions>>().Get(party.OpenId);
        var issuer = await openId.ConfigurationManager!.GetConfigurationAsync(http.RequestAborted);
        List<KeyValuePair<string, string>> fields =
        [
            new("token", token), new("token_type_hint", "refresh_token"), new("client_id", party.ClientId),
            new("client_secret", await RelyingPartySignIn.SecretAsync(platform, party, http.RequestAborted)),
        ];
        if (!isActivity)
        {
            // RFC 7662 2.1 allows more parameters; an issuer that does not know this one counts it as activity.
            fields.Add(new("session_activity", "none"));
        }

        using var question = new FormUrlEncodedContent(fields);
        using var answer = await openId.Backchannel.PostAsync(new Uri(issuer.IntrospectionEndpoint), question, http.RequestAborted);
        answer.EnsureSuccessStatusCode();
        await using var body = await answer.Content.ReadAsStreamAsync(http.RequestAborted);
        using var said = await JsonDocument.ParseAsync(body, cancellationToken: http.RequestAborted);
        return said.RootElement.TryGetProperty("active", out var active) && active.ValueKind == JsonValueKind.True;
    }
}
