using Backbone.Audit;
using Backbone.Audit.Contracts.Events;
using Backbone.Credit;
using Backbone.Identity;

namespace Backbone.Host.Startup;

/// <summary>
/// The one list of event kinds, put together from those of every module, also of modules that do not run in this process: the log and
/// its pages read the events of all. docs/events.md is made from it.
/// </summary>
internal static class EventKinds
{
    public static EventCatalogue Catalogue { get; } = new([.. AuditModule.EventKinds, .. IdentityModule.EventKinds, .. CreditModule.EventKinds]);
}
