using Microsoft.Extensions.Options;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Backbone.Identity.Protocol;

/// <summary>
/// Runs the engine's handlers exactly as the engine would: the same handlers, filters, order and ends. No handler is left out; only how they
/// are found differs (<see cref="PreparedHandlers"/>).
/// </summary>
internal sealed class PreparedDispatcher(PreparedHandlers handlers, IOptionsMonitor<OpenIddictServerOptions> options, IServiceProvider provider)
    : IOpenIddictServerDispatcher
{
    public async ValueTask DispatchAsync<TContext>(TContext context) where TContext : BaseContext
    {
        ArgumentNullException.ThrowIfNull(context);
        foreach (var handler in handlers.Of<TContext>(options.CurrentValue, provider))
        {
            // Filters look at the context as the handlers before have left it: ask each time.
            var runs = true;
            foreach (var filter in handler.Filters)
            {
                if (!await filter.Of(provider).IsActiveAsync(context))
                {
                    runs = false;
                    break;
                }
            }

            if (!runs)
            {
                continue;
            }

            await handler.Handler.Of(provider).HandleAsync(context);
            if (IsOver(context))
            {
                return;
            }
        }
    }

    private static bool IsOver(BaseContext context) =>
        context is BaseRequestContext { IsRequestHandled: true } or BaseRequestContext { IsRequestSkipped: true }
            or BaseValidatingContext { IsRejected: true };
}
