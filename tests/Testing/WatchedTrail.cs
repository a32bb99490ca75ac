using System.Collections.Concurrent;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;
using Backbone.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Testing;

/// <summary>
/// The host's audit trail with a look at every event that passes: each must be of a kind in the catalogue and as its kind says. What was
/// not is kept, and the fixture fails at its end: a 5xx in between would change what the test sees.
/// </summary>
internal sealed class WatchedTrail(IAuditTrail trail, EventCatalogue catalogue) : IAuditTrail
{
    private readonly ConcurrentDictionary<string, bool> violations = [];

    public IReadOnlyCollection<string> Violations => [.. violations.Keys];

    /// <summary>Puts a watched trail in the place of the one that is registered.</summary>
    public static void Watch(IServiceCollection services)
    {
        var own = services.Last(service => service.ServiceType == typeof(IAuditTrail)).ImplementationFactory!;
        services.AddSingleton(provider => new WatchedTrail((IAuditTrail)own(provider), provider.GetRequiredService<EventCatalogue>()));
        services.AddSingleton<IAuditTrail>(provider => provider.GetRequiredService<WatchedTrail>());
    }

    public ValueTask<long> AppendAsync(AuditEvent auditEvent, CancellationToken cancellation = default)
    {
        Look(auditEvent);
        return trail.AppendAsync(auditEvent, cancellation);
    }

    public ValueTask<long> AppendAsync(EventId id, ReadOnlyMemory<byte> encoded, CancellationToken cancellation = default)
    {
        Look(AuditEventJson.Decode(encoded));
        return trail.AppendAsync(id, encoded, cancellation);
    }

    private void Look(AuditEvent auditEvent)
    {
        // Events of partners are of no kind: what holds for them is validated at the way in.
        if (!catalogue.Modules.Contains(auditEvent.Module) && auditEvent.Module == "external")
        {
            return;
        }

        foreach (var violation in catalogue.Violations(auditEvent))
        {
            violations.TryAdd(violation, true);
        }
    }
}
