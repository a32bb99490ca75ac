using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Backbone.Identity.Acting;
using Backbone.Identity.Authorize;
using Backbone.Identity.Persons;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Backbone.Identity.Discovery;

/// <summary>What the engine's metadata leaves out or gets wrong for us (OpenID Connect Discovery 3, RFC 8414 2). Nothing is promised that is not kept.</summary>
internal sealed class DescribeServer : IOpenIddictServerHandler<HandleConfigurationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<HandleConfigurationRequestContext>()
            .UseSingletonHandler<DescribeServer>()
            .SetOrder(int.MaxValue - 100_000)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public ValueTask HandleAsync(HandleConfigurationRequestContext context)
    {
        context.SubjectTypes.Clear();
        context.SubjectTypes.UnionWith([SubjectTypes.Pairwise, SubjectTypes.Public]);
        context.Claims.Clear();
        context.Claims.UnionWith(
        [
            Claims.Issuer, Claims.Subject, Claims.Audience, Claims.ExpiresAt, Claims.IssuedAt, Claims.AuthenticationTime, Claims.Nonce,
            Claims.AuthenticationContextReference, Claims.AuthenticationMethodReference, PersonLevels.Claim, ActingClaims.Organisation, ActingClaims.Actor, "sid",
            Claims.Name, Claims.Locale, Claims.Email, Claims.EmailVerified, Claims.PhoneNumber, Claims.PhoneNumberVerified, Claims.Role,
        ]);
        string[] proofs = [ClientAuthenticationMethods.ClientSecretBasic, ClientAuthenticationMethods.ClientSecretPost];
        Set(context.TokenEndpointAuthenticationMethods, [.. proofs, ClientAuthenticationMethods.None]);
        Set(context.RevocationEndpointAuthenticationMethods, [.. proofs, ClientAuthenticationMethods.None]);
        Set(context.IntrospectionEndpointAuthenticationMethods, proofs);
        context.Metadata["acr_values_supported"] = Words([.. AssuranceClass.All, .. PersonLevels.Values]);
        context.Metadata["ui_locales_supported"] = Words(["zh-CN", "en"]);
        context.Metadata["claims_locales_supported"] = Words(["zh-CN", "en"]);
        context.Metadata["display_values_supported"] = Words(["page"]);
        context.Metadata["claim_types_supported"] = Words(["normal"]);
        return ValueTask.CompletedTask;
    }

    private static void Set(HashSet<string> list, string[] values)
    {
        list.Clear();
        list.UnionWith(values);
    }

    private static OpenIddictParameter Words(ImmutableArray<string> values) =>
        new(new JsonArray([.. values.Select(value => (JsonNode)JsonValue.Create(value))]));
}
