using System.Collections.Immutable;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;

namespace Backbone.Identity.Events;

/// <summary>What the protocol endpoints decide: one kind each. A decision of an interface is "api", allowed or denied (ECS).</summary>
internal static class ProtocolKinds
{
    /// <summary>The error codes of RFC 6749, 6750, 7009, 7662, 8707, 9126, OpenID Connect Core 3.1.2.6 and its Unmet Authentication Requirements.</summary>
    private static readonly ImmutableArray<string> Errors =
    [
        "access_denied", "account_selection_required", "consent_required", "insufficient_scope", "interaction_required", "invalid_client",
        "invalid_grant", "invalid_request", "invalid_request_object", "invalid_request_uri", "invalid_scope", "invalid_target", "invalid_token",
        "login_required", "missing_token", "registration_not_supported", "request_not_supported", "request_uri_not_supported", "server_error",
        "temporarily_unavailable", "unauthorized_client", "unmet_authentication_requirements", "unsupported_grant_type",
        "unsupported_response_type", "unsupported_token_type",
    ];

    public static readonly EventKind Authorize = Endpoint("authorize", new("应用请求登录或授权", "An app asked for a sign-in or for data"));

    public static readonly EventKind EndSession = Endpoint("end-session", new("应用请求退出登录", "An app asked to sign the person out"));

    public static readonly EventKind Introspect = Endpoint("token-introspect", new("接口核验令牌", "An interface asked whether a token is good"));

    public static readonly EventKind Revoke = Endpoint("token-revoke", new("应用注销令牌", "An app gave a token back"));

    public static readonly EventKind Token = Endpoint("token", new("应用领取令牌", "An app asked for a token"));

    public static readonly EventKind UserInfo = Endpoint("userinfo", new("应用读取用户信息", "An app read what it may know of a person"), RetentionClass.Disclosure);

    public static ImmutableArray<EventKind> All { get; } = [Authorize, EndSession, Introspect, Revoke, Token, UserInfo];

    private static EventKind Endpoint(string action, Wording what, RetentionClass retention = RetentionClass.General) => new()
    {
        Module = IdentityKinds.Module,
        Action = action,
        OnSuccess = new([EcsCategory.Api], [EcsType.Access, EcsType.Allowed]),
        OnFailure = new([EcsCategory.Api], [EcsType.Access, EcsType.Denied]),
        What = what,
        Who = new("应用（auth.client.id）；涉及的人见 user.id", "the app (auth.client.id); about whom: user.id"),
        Reasons = Errors,
        Details = ["auth.grant_type", "auth.scope"],
        Retention = retention,
    };
}
