using Backbone.Identity.Clients;
using Backbone.Identity.Keys;
using Backbone.Identity.Protocol;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Backbone.Identity.Token;

/// <summary>
/// Chooses the signing key and which tokens get a row. ES256 signs, unless a client asked for RS256 identity tokens. Rows: codes, refresh
/// tokens and the access tokens of people, so that they can be revoked; not identity tokens, nor tokens of machines, which live five minutes.
/// </summary>
internal sealed class MarkTokenEntries(SigningKeyRing ring, CachedClientManager clients) : IOpenIddictServerHandler<GenerateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<GenerateTokenContext>()
        .UseScopedHandler<MarkTokenEntries>()
        .SetOrder(OpenIddictServerHandlers.Protection.AttachSecurityCredentials.Descriptor.Order + 500)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    public async ValueTask HandleAsync(GenerateTokenContext context)
    {
        context.SigningCredentials = ring.Signing(await AlgorithmOfAsync(context));
        context.CreateTokenEntry = context.TokenType switch
        {
            TokenTypeIdentifiers.IdentityToken => false,
            TokenTypeIdentifiers.AccessToken => context.Principal.GetAuthorizationId() is not null,
            _ => context.CreateTokenEntry,
        };
    }

    /// <summary>Asked of the manager, not of the cache alone: a client that just left the cache still has its algorithm.</summary>
    private async ValueTask<string> AlgorithmOfAsync(GenerateTokenContext context) =>
        context.TokenType == TokenTypeIdentifiers.IdentityToken
        && (await clients.FindKnownAsync(context.ClientId ?? "", context.CancellationToken))?.Profile.IdTokenAlgorithm == SecurityAlgorithms.RsaSha256
            ? SecurityAlgorithms.RsaSha256
            : SecurityAlgorithms.EcdsaSha256;
}
