using System.Collections.Immutable;
using Backbone.Audit.Contracts;
using Backbone.Platform;

namespace Backbone.Audit.Events;

/// <summary>An event that obeys every rule, before privacy: it may still hold personal data, so it is never stored or logged.</summary>
/// <param name="Id">Its id, made from the sender's when one was given.</param>
/// <param name="Fields">By flat name; typed.</param>
/// <param name="Sealed">Label to text that is to be sealed under the subject's key.</param>
internal sealed record ValidEvent(EventId Id, SortedDictionary<string, LeafValue> Fields, ImmutableSortedDictionary<string, string> Sealed);

/// <summary>Who sends, as the way in knows it; never what the event claims.</summary>
/// <param name="Id">The client id of the token, or the name of the listener and peer.</param>
/// <param name="Organization">For whom it sends, as the operator says; null when nothing is said.</param>
/// <param name="OrganizationName">What that organisation is called.</param>
internal sealed record EventSender(string Id, string? Organization = null, string? OrganizationName = null);
