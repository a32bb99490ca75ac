using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Backbone.Identity.Token;

/// <summary>
/// Gives the engine back the id of an access token's row, from the signed <c>jti</c> (see <see cref="ShapeTokens"/>). Everything after it, token
/// status and authorization status above all, depends on this: without it GHSA-cxgj-hwwh-855g would be real here.
/// </summary>
internal sealed class RestoreTokenEntry : IOpenIddictServerHandler<ValidateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenContext>()
        .UseSingletonHandler<RestoreTokenEntry>()
        .SetOrder(OpenIddictServerHandlers.Protection.MapInternalClaims.Descriptor.Order + 500)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    public ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.Principal is { } principal
            && principal.GetTokenType() == TokenTypeIdentifiers.AccessToken
            && principal.GetTokenId() is null
            && Guid.TryParseExact(principal.GetClaim(Claims.JwtId), "D", out var id))
        {
            principal.SetTokenId(id.ToString("D"));
        }

        return ValueTask.CompletedTask;
    }
}
