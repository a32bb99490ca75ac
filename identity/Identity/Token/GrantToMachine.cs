using System.Security.Claims;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Backbone.Identity.Token;

/// <summary>Client credentials (RFC 6749 4.4): the client is its own subject. Nobody signs in, so nothing of OpenID is given.</summary>
internal sealed class GrantToMachine : IOpenIddictServerHandler<HandleTokenRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<HandleTokenRequestContext>()
        .UseSingletonHandler<GrantToMachine>()
        .SetOrder(500)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    public ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        if (!context.Request.IsClientCredentialsGrantType())
        {
            return ValueTask.CompletedTask;
        }

        var scopes = context.Request.GetScopes();
        if (scopes.Contains(Scopes.OpenId, StringComparer.Ordinal))
        {
            context.Reject(Errors.InvalidScope, "The scope 'openid' needs a person who signs in.");
            return ValueTask.CompletedTask;
        }

        var identity = new ClaimsIdentity("client_credentials");
        identity.AddClaim(new Claim(Claims.Subject, context.ClientId!));
        var principal = new ClaimsPrincipal(identity);
        principal.SetScopes(scopes);
        principal.SetResources(context.Request.GetResources());
        context.SignIn(principal);
        return ValueTask.CompletedTask;
    }
}
