using Backbone.Identity.Clients;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Backbone.Identity.Authorize;

/// <summary>
/// RFC 6749 4.1.2.1: a faulty request is answered at the client's redirect URI with <c>error</c> and <c>state</c>, once client and URI are
/// known to be good. The engine shows its own page instead, because a rejected request has no redirect URI any more; this finds it again,
/// by checking client and URI anew. An unknown client or URI never gets a redirect.
/// </summary>
internal sealed class ReturnErrors(CachedClientManager clients) : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ApplyAuthorizationResponseContext>()
            .UseScopedHandler<ReturnErrors>()
            .SetOrder(OpenIddictServerHandlers.Authentication.InferResponseMode.Descriptor.Order + 500)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public async ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
    {
        if (context.Response.Error is null || context.RedirectUri is not null || context.Request is not { } request
            || One(request, Parameters.ClientId) is not { } clientId
            || One(request, Parameters.RedirectUri) is not { } redirectUri
            || await clients.FindByClientIdAsync(clientId) is not { } client
            || !await clients.HasPermissionAsync(client, Permissions.Endpoints.Authorization)
            || !await clients.ValidateRedirectUriAsync(client, redirectUri))
        {
            return;
        }

        context.RedirectUri = redirectUri;
        context.ResponseMode = One(request, Parameters.ResponseMode) == ResponseModes.FormPost ? ResponseModes.FormPost : ResponseModes.Query;
        if (request.GetParameter(Parameters.State) is not null && One(request, Parameters.State) is null)
        {
            // Two states are none (RFC 6749 3.1).
            request.RemoveParameter(Parameters.State);
        }
    }

    private static string? One(OpenIddictRequest request, string name) =>
        request.GetParameter(name) is { } parameter && (string?)parameter is { Length: > 0 } value ? value : null;
}
