using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using Backbone.Identity.Acting;
using Backbone.Identity.Clients;
using Backbone.Identity.Protocol;
using Backbone.Identity.Subjects;
using Backbone.Platform;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Backbone.Identity.Token;

/// <summary>
/// What leaves in a token (RFC 9068 2.2): the account's id, or the organisation acted for, becomes the subject of the client's sector, the engine's private claims go, and
/// the <c>jti</c> is the id of the token's row, by which <see cref="RestoreTokenEntry"/> finds it again.
/// </summary>
internal sealed class ShapeTokens(CachedClientManager clients, ClientSubject subjects) : IOpenIddictServerHandler<GenerateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<GenerateTokenContext>()
        .UseScopedHandler<ShapeTokens>()
        .SetOrder(OpenIddictServerHandlers.Protection.AttachTokenMetadata.Descriptor.Order + 500)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    public async ValueTask HandleAsync(GenerateTokenContext context)
    {
        if (context.TokenType is not (TokenTypeIdentifiers.AccessToken or TokenTypeIdentifiers.IdentityToken))
        {
            return;
        }

        var shown = context.SecurityTokenDescriptor.Subject;
        foreach (var claim in shown.FindAll(claim => claim.Type.StartsWith(Claims.Prefixes.Private, StringComparison.Ordinal)).ToList())
        {
            shown.RemoveClaim(claim);
        }

        if (context.Principal.GetAuthorizationId() is not null && shown.FindFirst(Claims.Subject) is { } internalSubject)
        {
            var client = await clients.FindKnownAsync(context.ClientId!, context.CancellationToken)
                ?? throw new InvalidOperationException("A token is issued to a client that is not there.");
            shown.RemoveClaim(internalSubject);
            var person = new SubjectId(Guid.Parse(internalSubject.Value));
            if (shown.FindFirst(ActingClaims.Organisation) is { } organisation)
            {
                // RFC 8693 4.1: the subject is who is acted for, the actor who does.
                shown.AddClaim(new Claim(Claims.Subject, subjects.Of(ActingClaims.CodeOf(organisation), client.Profile)));
                shown.AddClaim(ActingClaims.ActorOf(person, client.Profile, subjects));
            }
            else
            {
                shown.AddClaim(new Claim(Claims.Subject, subjects.Of(person, client.Profile)));
            }
        }

        if (context.TokenType == TokenTypeIdentifiers.AccessToken)
        {
            context.SecurityTokenDescriptor.Claims[Claims.JwtId] = context.Principal.GetTokenId() ?? NewId();
        }
    }

    // Not a Guid's form: the id of a token without a row is never taken for a row's.
    private static string NewId() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
}
