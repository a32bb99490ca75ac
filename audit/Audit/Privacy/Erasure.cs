using Backbone.Audit.Contracts;

namespace Backbone.Audit.Privacy;

/// <summary>
/// Erasing what was sealed for a person (PIPL art. 47): the order stands in the log before the key is destroyed, so an erasure without its
/// event cannot be; one interrupted in between is simply ordered again.
/// </summary>
internal sealed class Erasure(SubjectKeys subjects, PrivacyKeys keys, FinishErasures finishing, IAuditTrail trail)
{
    /// <summary>Appends the order, then destroys the subject's key.</summary>
    /// <param name="subject">
    /// As it stands in <c>subject.id</c> of the log. An identity number, a mobile number or an address in it does not come into the log in clear
    /// here either: what is looked for, and what stands in the order, is the commitment that took its place, of every epoch.
    /// </param>
    /// <param name="order">Who orders it and for which case; <c>subject.id</c> is added.</param>
    /// <param name="cancellation">Gives up before the event is written; afterwards the key is destroyed whatever happens.</param>
    /// <exception cref="AuditUnavailableException">The order is not known to be on disk, and no key was touched.</exception>
    public async Task<Erased> EraseAsync(string subject, AuditEvent order, CancellationToken cancellation)
    {
        string[] forms = [.. keys.Epochs.Select(epoch => PersonalText.Scrub(subject, free: false, epoch)).Distinct(StringComparer.Ordinal)];
        var index = await trail.AppendAsync(order.With("subject.id", forms[0]), cancellation);
        var end = KeyEnd.NoKey;
        foreach (var form in forms)
        {
            var one = await subjects.DestroyAsync(form, order.Id, CancellationToken.None);
            end = one > end ? one : end;
        }

        if (end == KeyEnd.Lingers)
        {
            finishing.Begin();
        }

        return new Erased(index, end);
    }
}

/// <param name="Order">Index of the order's event.</param>
/// <param name="End">What became of the key.</param>
internal readonly record struct Erased(long Order, KeyEnd End);

/// <summary>What became of a subject's key, from the least to the most that is left to do.</summary>
internal enum KeyEnd
{
    /// <summary>Nothing is sealed for the subject (any more).</summary>
    NoKey,

    /// <summary>Gone from the database and its files.</summary>
    Destroyed,

    /// <summary>Gone from the database, but somebody reads it: its write-ahead log still holds the page as it was. <see cref="FinishErasures"/> empties it.</summary>
    Lingers,
}
