using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Backbone.Identity.Token;

/// <summary>
/// A code or refresh token that comes a second time is in two hands (RFC 6749 10.5, RFC 9700 4.14.2): its authorization ends, and with it
/// every token of the family. The engine itself revokes only the token rows, and refuses right after this.
/// </summary>
internal sealed class RevokeFamily(IOpenIddictTokenManager tokens, IOpenIddictAuthorizationManager authorizations)
    : IOpenIddictServerHandler<ValidateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenContext>()
        .UseScopedHandler<RevokeFamily>()
        .SetOrder(OpenIddictServerHandlers.Protection.ValidateTokenEntry.Descriptor.Order - 500)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        // Asking about a used token (introspection, revocation) is not using it.
        if (context.EndpointType != OpenIddictServerEndpointType.Token || context.TokenId is null || context.AuthorizationId is null
            || context.Principal?.GetTokenType() is not (TokenTypeIdentifiers.RefreshToken or TokenTypeIdentifiers.Private.AuthorizationCode)
            || await tokens.FindByIdAsync(context.TokenId) is not { } token
            || !await tokens.HasStatusAsync(token, Statuses.Redeemed)
            || await IsForgivenAsync(context, token))
        {
            return;
        }

        if (await authorizations.FindByIdAsync(context.AuthorizationId) is { } authorization)
        {
            await authorizations.TryRevokeAsync(authorization);
        }
    }

    private async Task<bool> IsForgivenAsync(ValidateTokenContext context, object token) =>
        context.Principal!.GetTokenType() == TokenTypeIdentifiers.RefreshToken
        && context.Options.RefreshTokenReuseLeeway is { } leeway
        && await tokens.GetRedemptionDateAsync(token) is { } redeemed
        && context.Options.TimeProvider.GetUtcNow() < redeemed + leeway;
}
