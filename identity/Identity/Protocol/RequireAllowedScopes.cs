using Backbone.Identity.Clients;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Backbone.Identity.Protocol;

/// <summary>
/// RFC 6749 4.1.2.1, 5.2: a scope the client may not ask for is <c>invalid_scope</c>, at both endpoints. The engine says
/// <c>invalid_request</c>; a scope that does not exist at all it refuses itself, with the same code.
/// </summary>
internal sealed class RequireAllowedScopes(CachedClientManager clients)
    : IOpenIddictServerHandler<ValidateTokenRequestContext>, IOpenIddictServerHandler<ValidateAuthorizationRequestContext>
{
    // Before the engine looks at grant types: there it refuses offline_access to a client without refresh tokens as invalid_request.
    public static OpenIddictServerHandlerDescriptor AtToken { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenRequestContext>()
        .UseScopedHandler<RequireAllowedScopes>()
        .SetOrder(OpenIddictServerHandlers.Exchange.ValidateGrantTypePermissions.Descriptor.Order - 500)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    public static OpenIddictServerHandlerDescriptor AtAuthorization { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateAuthorizationRequestContext>()
            .UseScopedHandler<RequireAllowedScopes>()
            .SetOrder(OpenIddictServerHandlers.Authentication.ValidateGrantTypePermissions.Descriptor.Order - 500)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public async ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        if (!await MayAsync(context.Request, context.ClientId))
        {
            context.Reject(Errors.InvalidScope, "The client may not ask for this scope.");
        }
    }

    public async ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
    {
        if (!await MayAsync(context.Request, context.ClientId))
        {
            context.Reject(Errors.InvalidScope, "The client may not ask for this scope.");
        }
    }

    private async ValueTask<bool> MayAsync(OpenIddictRequest request, string? clientId)
    {
        var scopes = request.GetScopes();
        if (scopes.Length == 0)
        {
            return true;
        }

        if (clientId is null || await clients.FindByClientIdAsync(clientId) is not { } client)
        {
            return false;
        }

        foreach (var scope in scopes)
        {
            // These two are given with the grant they belong to, not one by one.
            var permission = scope switch
            {
                Scopes.OpenId => Permissions.GrantTypes.AuthorizationCode,
                Scopes.OfflineAccess => Permissions.GrantTypes.RefreshToken,
                _ => Permissions.Prefixes.Scope + scope,
            };
            if (!await clients.HasPermissionAsync(client, permission))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>RFC 6749 5.2, 6: a scope beyond what was granted is <c>invalid_scope</c>. The engine says <c>invalid_grant</c>, as if the token were bad.</summary>
internal sealed class RequireGrantedScopes : IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenRequestContext>()
        .UseSingletonHandler<RequireGrantedScopes>()
        .SetOrder(OpenIddictServerHandlers.Exchange.ValidateGrantedScopes.Descriptor.Order - 500)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    public ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        if (context.RefreshTokenPrincipal?.GetScopes() is { } granted
            && !context.Request.GetScopes().All(scope => granted.Contains(scope, StringComparer.Ordinal)))
        {
            context.Reject(Errors.InvalidScope, "The requested scope was not part of the grant.");
        }

        return ValueTask.CompletedTask;
    }
}
