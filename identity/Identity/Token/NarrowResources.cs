using Backbone.Identity.Clients;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Backbone.Identity.Token;

/// <summary>
/// RFC 8707 2.2: a code or refresh request may name fewer resources than were granted, never others. The engine checks that for scopes only.
/// </summary>
internal sealed class NarrowResources : IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenRequestContext>()
        .UseSingletonHandler<NarrowResources>()
        .SetOrder(OpenIddictServerHandlers.Exchange.ValidateGrantedScopes.Descriptor.Order + 500)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    public ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        var granted = (context.AuthorizationCodePrincipal ?? context.RefreshTokenPrincipal)?.GetResources();
        if (granted is { } resources && !context.Request.GetResources().All(resource => resources.Contains(resource, StringComparer.Ordinal)))
        {
            context.Reject(Errors.InvalidTarget, "The requested resource was not part of the grant.");
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>
/// The audience of an access token: the resources of this request, else those of the grant, else ourselves (userinfo). RFC 9068 2.2 wants
/// one always. The refresh token keeps all that was granted.
/// </summary>
internal sealed class ChooseAudience : IOpenIddictServerHandler<ProcessSignInContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<ProcessSignInContext>()
        .AddFilter<OpenIddictServerHandlerFilters.RequireAccessTokenGenerated>()
        .UseSingletonHandler<ChooseAudience>()
        .SetOrder(OpenIddictServerHandlers.PrepareAccessTokenPrincipal.Descriptor.Order + 500)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    public ValueTask HandleAsync(ProcessSignInContext context)
    {
        var token = context.AccessTokenPrincipal!;
        var requested = context.Request?.GetResources() ?? [];
        if (requested.Length > 0)
        {
            token.SetAudiences(requested);
        }
        else if (token.GetAudiences().Length == 0)
        {
            token.SetAudiences(context.Options.Issuer!.AbsoluteUri);
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>RFC 8707 2: a resource the client may not have is <c>invalid_target</c>, at both endpoints. The engine says <c>invalid_request</c>.</summary>
internal sealed class RequireKnownResources(CachedClientManager clients)
    : IOpenIddictServerHandler<ValidateTokenRequestContext>, IOpenIddictServerHandler<ValidateAuthorizationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor AtToken { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenRequestContext>()
        .UseScopedHandler<RequireKnownResources>()
        .SetOrder(OpenIddictServerHandlers.Exchange.ValidateResourcePermissions.Descriptor.Order - 500)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    public static OpenIddictServerHandlerDescriptor AtAuthorization { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateAuthorizationRequestContext>()
            .UseScopedHandler<RequireKnownResources>()
            .SetOrder(OpenIddictServerHandlers.Authentication.ValidateResourcePermissions.Descriptor.Order - 500)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public async ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        if (!await MayAsync(context.Request, context.ClientId))
        {
            context.Reject(Errors.InvalidTarget, "The client may not ask for this resource.");
        }
    }

    public async ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
    {
        if (!await MayAsync(context.Request, context.ClientId))
        {
            context.Reject(Errors.InvalidTarget, "The client may not ask for this resource.");
        }
    }

    private async ValueTask<bool> MayAsync(OpenIddictRequest request, string? clientId)
    {
        var resources = request.GetResources();
        if (resources.Length == 0)
        {
            return true;
        }

        var client = clientId is null ? null : await clients.FindByClientIdAsync(clientId);
        foreach (var resource in resources)
        {
            if (client is null || !await clients.HasPermissionAsync(client, Permissions.Prefixes.Resource + resource))
            {
                return false;
            }
        }

        return true;
    }
}
