using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Backbone.Identity.Clients;

/// <summary>
/// Where a client must prove itself and sent no proof, the answer is <c>invalid_client</c> (RFC 6749 5.2), and a client that has nothing to
/// prove itself with may not use the grant at all. The engine says <c>invalid_request</c>, and at the introspection endpoint looks at the token
/// first; RFC 7662 2.1 wants the client first.
/// </summary>
internal sealed class RequireClientProof(CachedClientManager clients) :
    IOpenIddictServerHandler<ValidateTokenRequestContext>, IOpenIddictServerHandler<ValidateIntrospectionRequestContext>
{
    public static OpenIddictServerHandlerDescriptor AtToken { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenRequestContext>()
        .UseScopedHandler<RequireClientProof>()
        .SetOrder(OpenIddictServerHandlers.Exchange.ValidateClientCredentialsParameters.Descriptor.Order - 500)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    public static OpenIddictServerHandlerDescriptor AtIntrospection { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateIntrospectionRequestContext>()
            .UseScopedHandler<RequireClientProof>()
            .SetOrder(OpenIddictServerHandlers.Introspection.ValidateClientCredentialsParameters.Descriptor.Order - 500)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public async ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        if (!context.Request.IsClientCredentialsGrantType() || HasProof(context.Request))
        {
            return;
        }

        var client = await clients.FindByClientIdAsync(context.Request.ClientId ?? "");
        context.Reject(
            client is not null && await clients.HasClientTypeAsync(client, ClientTypes.Public) ? Errors.UnauthorizedClient : Errors.InvalidClient,
            "The grant needs a client that proves itself.");
    }

    public ValueTask HandleAsync(ValidateIntrospectionRequestContext context)
    {
        if (!HasProof(context.Request))
        {
            context.Reject(Errors.InvalidClient, "Only a client that proves itself may ask about tokens.");
        }

        return ValueTask.CompletedTask;
    }

    private static bool HasProof(OpenIddictRequest request) =>
        !string.IsNullOrEmpty(request.ClientSecret) || !string.IsNullOrEmpty(request.ClientAssertion);
}
