using Backbone.Identity.Keys;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Keys;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;

namespace Backbone.Identity.Protocol;

/// <summary>
/// The part of the engine's options that is known only at run time: issuer, clock, keys. Runs again whenever the key ring changes, because
/// <see cref="RotateSigningKeys"/> then drops the options in use.
/// </summary>
internal sealed class ConfigureServer(BackboneOptions platform, SigningKeyRing ring, MasterKey master, TimeProvider clock)
    : IPostConfigureOptions<OpenIddictServerOptions>, IValidateOptions<OpenIddictServerOptions>
{
    public void PostConfigure(string? name, OpenIddictServerOptions options)
    {
        options.Issuer = new Uri(platform.PublicUrl);
        options.TimeProvider = clock;
        foreach (var key in ring.Keys)
        {
            options.SigningCredentials.Add(key.Credentials);
        }

        // Codes and refresh tokens: with an RSA key each would cost a private-key operation (identity reference 4.4).
        var secret = master.Derive("token-encryption");
        options.EncryptionCredentials.Add(new EncryptingCredentials(
            new SymmetricSecurityKey(secret), SecurityAlgorithms.Aes256KW, SecurityAlgorithms.Aes256CbcHmacSha512));

        options.CodeChallengeMethods.Remove(OpenIddictConstants.CodeChallengeMethods.Plain);
        // private_key_jwt comes with the strong clients, with a replay check of its own (identity reference 4.2).
        options.ClientAuthenticationMethods.Remove(OpenIddictConstants.ClientAuthenticationMethods.PrivateKeyJwt);
        options.ResponseModes.Remove(OpenIddictConstants.ResponseModes.Fragment);
    }

    /// <summary>Combinations that would quietly check less than they seem to.</summary>
    public ValidateOptionsResult Validate(string? name, OpenIddictServerOptions options)
    {
        List<string> failures = [];
        if (options.DisableTokenStorage || options.DisableAuthorizationStorage)
        {
            // GHSA-cxgj-hwwh-855g, server side: without token rows the authorization of a token is never looked at.
            failures.Add("Token and authorization storage must both stay on: otherwise tokens of a revoked authorization are accepted.");
        }

        if (options.EnableDegradedMode)
        {
            failures.Add("The degraded mode checks neither clients nor tokens.");
        }

        if (options.SigningCredentials.Exists(credentials => credentials.Key is SymmetricSecurityKey))
        {
            failures.Add("A symmetric signing key would sign access tokens that no resource server can verify.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
