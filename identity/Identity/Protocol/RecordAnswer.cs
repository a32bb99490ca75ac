using System.Collections.Immutable;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;
using Backbone.Identity.Events;
using Microsoft.AspNetCore;
using Microsoft.Extensions.Logging;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Backbone.Identity.Protocol;

/// <summary>
/// Every answer of a protocol endpoint, granted or refused, is one event, durable before the answer leaves. If the log cannot take it, what
/// was about to be issued is not: the answer becomes <c>server_error</c>. Only that a session still lives, said to a service of our own that
/// follows it, is none: pages ask many times a minute, nothing is given out, and when the session has ended, the answer is an event again.
/// </summary>
internal sealed partial class RecordAnswer(IAuditTrail trail, TimeProvider clock, ILogger<IdentityModule> logger) :
    IOpenIddictServerHandler<ApplyAuthorizationResponseContext>,
    IOpenIddictServerHandler<ApplyTokenResponseContext>,
    IOpenIddictServerHandler<ApplyUserInfoResponseContext>,
    IOpenIddictServerHandler<ApplyIntrospectionResponseContext>,
    IOpenIddictServerHandler<ApplyRevocationResponseContext>,
    IOpenIddictServerHandler<ApplyEndSessionResponseContext>
{
    private const int LongestClientId = 64;

    private static readonly ImmutableSortedDictionary<string, string> NoDetails =
        ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal);

    // After the engine has settled the response (orders near int.MinValue), before anything is written to the wire (from 100,000 on).
    private const int Order = 0;

    public static ImmutableArray<OpenIddictServerHandlerDescriptor> Descriptors { get; } =
    [
        For<ApplyAuthorizationResponseContext>(), For<ApplyTokenResponseContext>(), For<ApplyUserInfoResponseContext>(),
        For<ApplyIntrospectionResponseContext>(), For<ApplyRevocationResponseContext>(), For<ApplyEndSessionResponseContext>(),
    ];

    public ValueTask HandleAsync(ApplyAuthorizationResponseContext context) => RecordAsync(context, ProtocolKinds.Authorize);

    public ValueTask HandleAsync(ApplyTokenResponseContext context) => RecordAsync(context, ProtocolKinds.Token);

    public ValueTask HandleAsync(ApplyUserInfoResponseContext context) => RecordAsync(context, ProtocolKinds.UserInfo);

    public ValueTask HandleAsync(ApplyIntrospectionResponseContext context) =>
        context.Transaction.FollowsSession() && (bool?)context.Response["active"] == true
            ? ValueTask.CompletedTask
            : RecordAsync(context, ProtocolKinds.Introspect);

    public ValueTask HandleAsync(ApplyRevocationResponseContext context) => RecordAsync(context, ProtocolKinds.Revoke);

    public ValueTask HandleAsync(ApplyEndSessionResponseContext context) => RecordAsync(context, ProtocolKinds.EndSession);

    /// <summary>The event of an answer: what was asked for, in the protocol's own words; no token, no code, no secret.</summary>
    public static AuditEvent Event(
        EventContext source, EventKind kind, string? error, string? clientId, ProtocolActor? actor, string? grantType, string? scope)
    {
        var details = NoDetails;
        if (grantType is { Length: > 0 and <= 64 })
        {
            details = details.Add("auth.grant_type", grantType);
        }

        if (error is null && scope is { Length: > 0 and <= 256 })
        {
            details = details.Add("auth.scope", scope);
        }

        return TokenEvents.Answered(source, kind, error, IsClientId(clientId) ? clientId : null, actor?.Account, actor?.Session, details);
    }

    private static OpenIddictServerHandlerDescriptor For<TContext>() where TContext : BaseContext =>
        OpenIddictServerHandlerDescriptor.CreateBuilder<TContext>()
            .UseSingletonHandler(static provider => (IOpenIddictServerHandler<TContext>)(object)Shared(provider))
            .SetOrder(Order)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    private static RecordAnswer Shared(IServiceProvider provider) =>
        (RecordAnswer)provider.GetService(typeof(RecordAnswer))!;

    private async ValueTask RecordAsync(BaseRequestContext context, EventKind kind)
    {
        var request = context.Transaction.Request;
        var response = context.Transaction.Response!;
        var actor = context.Transaction.GetActor();
        var source = context.Transaction.GetHttpRequest()?.HttpContext is { } http ? EventContext.Of(http) : new EventContext(clock);
        try
        {
            await trail.AppendAsync(
                Event(source, kind, response.Error, Client(kind, request, actor), actor, request?.GrantType, response.Scope ?? request?.Scope),
                context.CancellationToken);
        }
        catch (AuditUnavailableException failure)
        {
            LogRefused(logger, kind.Action, failure);
            context.Transaction.Response = new OpenIddictResponse
            {
                Error = Errors.ServerError,
                ErrorDescription = "The operation could not be recorded and was therefore refused.",
            };
        }
    }

    /// <summary>
    /// Who asked. At userinfo nobody proves to be a client but by the token, and a <c>client_id</c> beside it is anybody's word: it would let
    /// an app look at a person in another's name.
    /// </summary>
    private static string? Client(EventKind kind, OpenIddictRequest? request, ProtocolActor? actor) =>
        kind == ProtocolKinds.UserInfo ? actor?.Client : request?.ClientId ?? actor?.Client;

    /// <summary>What a stranger writes there is not copied into the log unless it could be a client's id.</summary>
    private static bool IsClientId(string? id) =>
        id is { Length: > 0 and <= LongestClientId } && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    [LoggerMessage(EventId = 1010, Level = LogLevel.Error, Message = "The audit log is unavailable; the {Action} request was refused")]
    private static partial void LogRefused(ILogger logger, string action, Exception failure);
}
