using System.Collections.Immutable;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Backbone.Identity.Protocol;

/// <summary>
/// RFC 6749 3.1, 3.2: no parameter more than once, lest two readers of a request believe different values. Only <c>resource</c> may repeat
/// (RFC 8707 2). The engine takes a repeated parameter for an absent one.
/// </summary>
internal sealed class RefuseDuplicates :
    IOpenIddictServerHandler<ValidateAuthorizationRequestContext>,
    IOpenIddictServerHandler<ValidateTokenRequestContext>,
    IOpenIddictServerHandler<ValidateIntrospectionRequestContext>,
    IOpenIddictServerHandler<ValidateRevocationRequestContext>,
    IOpenIddictServerHandler<ValidateEndSessionRequestContext>
{
    public static ImmutableArray<OpenIddictServerHandlerDescriptor> Descriptors { get; } =
    [
        For<ValidateAuthorizationRequestContext>(), For<ValidateTokenRequestContext>(), For<ValidateIntrospectionRequestContext>(),
        For<ValidateRevocationRequestContext>(), For<ValidateEndSessionRequestContext>(),
    ];

    public ValueTask HandleAsync(ValidateAuthorizationRequestContext context) => Check(context);

    public ValueTask HandleAsync(ValidateTokenRequestContext context) => Check(context);

    public ValueTask HandleAsync(ValidateIntrospectionRequestContext context) => Check(context);

    public ValueTask HandleAsync(ValidateRevocationRequestContext context) => Check(context);

    public ValueTask HandleAsync(ValidateEndSessionRequestContext context) => Check(context);

    private static OpenIddictServerHandlerDescriptor For<TContext>() where TContext : BaseContext =>
        OpenIddictServerHandlerDescriptor.CreateBuilder<TContext>()
            .UseSingletonHandler(static _ => (IOpenIddictServerHandler<TContext>)(object)new RefuseDuplicates())
            .SetOrder(int.MinValue)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    private static ValueTask Check(BaseValidatingContext context)
    {
        foreach (var (name, parameter) in context.Transaction.Request!.GetParameters())
        {
            if (name != Parameters.Resource && (ImmutableArray<string?>?)parameter is { Length: > 1 })
            {
                context.Reject(Errors.InvalidRequest, "A parameter is included more than once.");
                break;
            }
        }

        return ValueTask.CompletedTask;
    }
}
