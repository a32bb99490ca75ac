using Backbone.Audit.Contracts;
using Backbone.Audit.Events;
using Backbone.Platform;

namespace Backbone.Audit.Privacy;

/// <summary>
/// Erasing what was sealed for a person (PIPL art. 47): the order stands in the log before the key is destroyed, so an erasure without its
/// event cannot be; one interrupted in between is simply ordered again.
/// </summary>
internal sealed class Erasure(SubjectKeys subjects, IAuditTrail trail, TimeProvider clock)
{
    /// <summary>False when nothing is sealed for the subject (any more).</summary>
    /// <param name="subject">As it stands in <c>subject.id</c> of the log.</param>
    /// <param name="by">Who orders it.</param>
    /// <param name="reference">The case or request it answers; stands in the event.</param>
    /// <param name="cancellation">Gives up before the event is written; afterwards the key is destroyed whatever happens.</param>
    public async Task<bool> EraseAsync(string subject, SubjectId by, string reference, CancellationToken cancellation)
    {
        var order = AuditKinds.Erase.Occurred(clock).With("subject.id", subject).With("purpose.reference", reference) with { Subject = by };
        await trail.AppendAsync(order, cancellation);
        return await subjects.DestroyAsync(subject, order.Id, CancellationToken.None);
    }
}
