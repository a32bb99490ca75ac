using Backbone.Audit.Contracts;
using Backbone.Identity.Acting;
using Backbone.Identity.Events;
using Backbone.Identity.Protocol;
using Backbone.Identity.Sessions;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Backbone.Identity.Token;

/// <summary>
/// Whatever was issued in a session ends with it: codes, refresh tokens and, wherever we are asked, access tokens. What was issued in an
/// organisation's name ends with the powers too; both are read from the database each time, so that no host goes on longer than another.
/// </summary>
internal sealed class RequireLiveSession(
    IOpenIddictAuthorizationManager authorizations, SessionGate sessions, ActingChoice acting, IAuditTrail trail, TimeProvider clock)
    : IOpenIddictServerHandler<ValidateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenContext>()
        .UseScopedHandler<RequireLiveSession>()
        .SetOrder(OpenIddictServerHandlers.Protection.ValidateAuthorizationEntry.Descriptor.Order + 500)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    /// <summary>Of introspection (RFC 7662 2.1 allows more parameters): "none" from a page that asks by itself, or it kept its session alive for ever.</summary>
    private const string Activity = "session_activity";

    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.AuthorizationId is null || await authorizations.FindByIdAsync(context.AuthorizationId) is not { } authorization)
        {
            return;
        }

        var properties = await authorizations.GetPropertiesAsync(authorization);
        if (!properties.TryGetValue(PrivateClaims.SessionProperty, out var value) || !Guid.TryParse(value.GetString(), out var session))
        {
            return;
        }

        var account = Guid.TryParse(await authorizations.GetSubjectAsync(authorization), out var id) ? id : (Guid?)null;
        var client = context.Principal?.GetPresenters() is [var presenter, ..] ? presenter : null;
        context.Transaction.SetActor(new ProtocolActor(account, session, client));
        var isActivity = context.EndpointType != OpenIddictServerEndpointType.Introspection || (string?)context.Request?[Activity] != "none";
        if (!await sessions.IsAliveAsync(session, isActivity, context.CancellationToken))
        {
            context.Reject(Errors.InvalidToken, "The session in which the token was issued has ended.");
            return;
        }

        if (properties.TryGetValue(PrivateClaims.OrganisationProperty, out var organisation)
            && !await acting.IsInForceAsync(Guid.Parse(context.AuthorizationId), context.CancellationToken))
        {
            var source = context.Transaction.GetHttpRequest()?.HttpContext is { } http ? EventContext.Of(http) : new EventContext(clock);
            await trail.AppendAsync(
                OrganisationEvents.UseRefused(source, account, session, client, organisation.GetString()!), context.CancellationToken);
            context.Reject(Errors.InvalidToken, "The powers on which the token rests are no longer in force.");
        }
    }
}
