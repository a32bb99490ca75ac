using System.Text.Json.Nodes;
using Backbone.Identity.Acting;
using Backbone.Identity.Persons;
using Backbone.Identity.Storage;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Backbone.Identity.UserInfo;

/// <summary>
/// OpenID Connect Core 5.3: what the person agreed to show, read now, so that a changed name is a changed name. Whose it is comes from the
/// token's row, not from the token: the subject in it is the app's, not ours.
/// </summary>
internal sealed class ShowUserInfo(IOpenIddictTokenManager tokens, IdentityDb db, PersonLevels levels) : IOpenIddictServerHandler<HandleUserInfoRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<HandleUserInfoRequestContext>()
        .UseScopedHandler<ShowUserInfo>()
        .SetOrder(500)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    public async ValueTask HandleAsync(HandleUserInfoRequestContext context)
    {
        var principal = context.AccessTokenPrincipal;
        if (!principal.HasScope(Scopes.OpenId))
        {
            context.Reject(Errors.InsufficientScope, "The token does not have the scope 'openid'.");
            return;
        }

        var account = principal.GetTokenId() is { } id && await tokens.FindByIdAsync(id, context.CancellationToken) is { } token
            && Guid.TryParse(await tokens.GetSubjectAsync(token, context.CancellationToken), out var accountId)
            ? await db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == accountId, context.CancellationToken)
            : null;
        if (account is null)
        {
            context.Reject(Errors.InvalidToken, "The token belongs to nobody.");
            return;
        }

        // The engine's answer holds whatever the token holds; here only what is listed below.
        context.Audiences.Clear();
        context.Issuer = null;
        context.FamilyName = context.GivenName = context.BirthDate = context.Email = context.PhoneNumber = null;
        context.Subject = principal.GetClaim(Claims.Subject);
        context.Claims[PersonLevels.Claim] = (int)await levels.OfAsync(account.Id, context.CancellationToken);
        var organisation = principal.GetClaim(ActingClaims.Organisation) is { } json ? JsonNode.Parse(json) as JsonObject : null;
        if (organisation is not null && JsonNode.Parse(principal.GetClaim(ActingClaims.Actor)!) is JsonObject actor)
        {
            if (principal.HasScope(Scopes.Profile))
            {
                actor[Claims.Name] = account.DisplayName;
            }

            context.Claims[ActingClaims.Organisation] = organisation;
            context.Claims[ActingClaims.Actor] = actor;
        }

        if (principal.HasScope(Scopes.Profile))
        {
            // Of the subject; the person's own stands with the actor.
            context.Claims[Claims.Name] = (string?)organisation?["name"] ?? account.DisplayName;
            context.Claims[Claims.Locale] = account.Language == "en" ? "en" : "zh-CN";
        }

        if (principal.HasScope(Scopes.Email) && account.Email is { Length: > 0 } email)
        {
            context.Email = email;
            context.EmailVerified = account.EmailConfirmed;
        }

        if (principal.HasScope(Scopes.Phone) && account.PhoneNumber is { Length: > 0 } phone)
        {
            context.PhoneNumber = phone;
            context.PhoneNumberVerified = account.PhoneNumberConfirmed;
        }

        if (principal.HasScope(Scopes.Roles))
        {
            var roles = await db.UserRoles.Where(given => given.UserId == account.Id)
                .Join(db.Roles, given => given.RoleId, role => role.Id, (_, role) => role.Name!)
                .OrderBy(name => name).ToListAsync(context.CancellationToken);
            context.Claims[Claims.Role] = new JsonArray([.. roles.Select(role => (JsonNode)JsonValue.Create(role))]);
        }
    }
}
