using Backbone.Identity.Clients;
using Backbone.Identity.Protocol;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Backbone.Identity.Introspect;

/// <summary>
/// RFC 7662 2.2, 4: a token is told about only to the client it was issued to and to the API it is meant for. APIs are named by their resource
/// identifier (RFC 8707), which the engine does not connect with the client that asks; to everybody else the token is simply not active.
/// </summary>
internal sealed class RequireAudience(CachedClientManager clients) : IOpenIddictServerHandler<ValidateIntrospectionRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateIntrospectionRequestContext>()
            .UseScopedHandler<RequireAudience>()
            .SetOrder(OpenIddictServerHandlers.Introspection.ValidateAuthorizedParty.Descriptor.Order)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public async ValueTask HandleAsync(ValidateIntrospectionRequestContext context)
    {
        var token = context.GenericTokenPrincipal!;
        var client = await clients.FindKnownAsync(context.ClientId ?? "", context.CancellationToken);
        var mayAsk = client is not null && token.GetTokenType() switch
        {
            TokenTypeIdentifiers.AccessToken => token.HasPresenter(client.Application.ClientId!)
                || (client.Profile.Resource is { } resource && token.HasAudience(resource)),
            TokenTypeIdentifiers.RefreshToken => token.HasPresenter(client.Application.ClientId!),
            _ => false,
        };
        if (!mayAsk)
        {
            context.Reject(Errors.InvalidToken, "The token is not meant for this client.");
        }
        else if (token.GetTokenType() == TokenTypeIdentifiers.RefreshToken && client!.Profile.PublicSubject)
        {
            context.Transaction.SetFollowsSession();
        }
    }
}
