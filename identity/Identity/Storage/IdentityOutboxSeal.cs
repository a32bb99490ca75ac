using Backbone.Platform.Storage;
using Backbone.Platform.Web.Keys;

namespace Backbone.Identity.Storage;

/// <summary>Under the master key, which all hosts of one database share (<see cref="RequireOneMasterKey"/>): each carries what another left.</summary>
internal sealed class IdentityOutboxSeal(MasterKey master, TimeProvider clock) : OutboxSeal("identity-outbox", [master.Derive("identity-outbox")], clock);
