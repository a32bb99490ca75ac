using System.Text.Json.Nodes;
using Backbone.Identity.Acting;
using Backbone.Identity.Persons;
using Backbone.Identity.Protocol;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Backbone.Identity.Introspect;

/// <summary>
/// RFC 7662 2.2: of a person's token also how much is known of them, read now, and for whom they act. The engine tells an API whose name is not its client id nothing
/// of the kind; who gets here may ask (<see cref="RequireAudience"/>).
/// </summary>
internal sealed class TellPerson(PersonLevels levels) : IOpenIddictServerHandler<HandleIntrospectionRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<HandleIntrospectionRequestContext>()
        .UseScopedHandler<TellPerson>()
        .SetOrder(OpenIddictServerHandlers.Introspection.AttachApplicationClaims.Descriptor.Order + 500)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    public async ValueTask HandleAsync(HandleIntrospectionRequestContext context)
    {
        if (context.GenericTokenPrincipal?.GetTokenType() == OpenIddictConstants.TokenTypeIdentifiers.AccessToken
            && context.Transaction.GetActor()?.Account is { } account)
        {
            context.Claims[PersonLevels.Claim] = (int)await levels.OfAsync(account, context.CancellationToken);
            foreach (var name in (string[])[ActingClaims.Organisation, ActingClaims.Actor])
            {
                if (context.GenericTokenPrincipal.GetClaim(name) is { } json && JsonNode.Parse(json) is JsonObject told)
                {
                    context.Claims[name] = told;
                }
            }
        }
    }
}
