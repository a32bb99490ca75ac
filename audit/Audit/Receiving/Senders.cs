using System.Security.Claims;
using Backbone.Audit.Events;
using Backbone.Platform.Web.Programs;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Receiving;

/// <summary>Who sends: what the token proves, and what the operator says about that client. Never what an event claims.</summary>
internal sealed class Senders(IOptions<ReceivingOptions> options)
{
    /// <summary>The sender behind an authorized request.</summary>
    /// <exception cref="InvalidOperationException">The caller is no program: the endpoint lacks its policy.</exception>
    public EventSender Of(ClaimsPrincipal caller) => Of(
        (CallingProgram.Of(caller) ?? throw new InvalidOperationException("Only programs send events, and the caller is none.")).ClientId);

    public EventSender Of(string id)
    {
        var known = options.Value.Senders.TryGetValue(id, out var sender) ? sender : null;
        return new EventSender(id, known?.Organization, known?.OrganizationName);
    }
}
