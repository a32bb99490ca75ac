using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Backbone.Identity.Protocol;

/// <summary>
/// The engine's handlers by event, in the engine's order, with everything resolved that lives as long as the process. The engine itself looks
/// through all its handlers for each of the twenty or so events of a request, and asks the container for every filter.
/// </summary>
internal sealed class PreparedHandlers
{
    private readonly FrozenSet<Type> _singletons;
    private volatile Table _table = new(null);

    /// <param name="services">The finished registrations: only what is registered once and as a singleton is kept.</param>
    public PreparedHandlers(IServiceCollection services)
    {
        _singletons = services.Where(service => !service.IsKeyedService).GroupBy(service => service.ServiceType)
            .Where(group => group.All(service => service.Lifetime == ServiceLifetime.Singleton))
            .Select(group => group.Key).ToFrozenSet();
    }

    public PreparedHandler<TContext>[] Of<TContext>(OpenIddictServerOptions options, IServiceProvider provider) where TContext : BaseContext
    {
        var table = _table;
        if (!ReferenceEquals(table.Options, options))
        {
            // New keys came: the options were built anew.
            _table = table = new Table(options);
        }

        return table.ByContext.TryGetValue(typeof(TContext), out var known)
            ? (PreparedHandler<TContext>[])known
            : (PreparedHandler<TContext>[])table.ByContext.GetOrAdd(typeof(TContext), Prepare<TContext>(options, provider));
    }

    private PreparedHandler<TContext>[] Prepare<TContext>(OpenIddictServerOptions options, IServiceProvider provider) where TContext : BaseContext =>
    [
        .. options.Handlers.Where(descriptor => descriptor.ContextType == typeof(TContext)).Select(descriptor => new PreparedHandler<TContext>(
            [.. descriptor.FilterTypes.Select(type => Kept<IOpenIddictServerHandlerFilter<TContext>>(type, null, provider))],
            Kept<IOpenIddictServerHandler<TContext>>(
                descriptor.ServiceDescriptor.ServiceType, descriptor.ServiceDescriptor.ImplementationInstance, provider))),
    ];

    private Lasting<T> Kept<T>(Type type, object? instance, IServiceProvider provider) where T : class =>
        new(type, instance as T ?? (_singletons.Contains(type) ? (T)provider.GetRequiredService(type) : null));

    private sealed record Table(OpenIddictServerOptions? Options)
    {
        public ConcurrentDictionary<Type, object> ByContext { get; } = new();
    }
}

/// <summary>A service that is held when it lives as long as the process, and asked for in the request's scope when it does not.</summary>
internal readonly record struct Lasting<T>(Type Type, T? Held) where T : class
{
    public T Of(IServiceProvider provider) => Held ?? (T)provider.GetRequiredService(Type);
}

/// <summary>One handler and the filters that must all let it run.</summary>
internal sealed record PreparedHandler<TContext>(
    Lasting<IOpenIddictServerHandlerFilter<TContext>>[] Filters, Lasting<IOpenIddictServerHandler<TContext>> Handler)
    where TContext : BaseContext;
