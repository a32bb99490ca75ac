namespace Backbone.Identity.Persons;

/// <summary>
/// The way to the authority that knows whether a name and a resident identity number belong together. Implementations: the simulator of the
/// demonstration; a deployment brings the adapter of its authority.
/// </summary>
internal interface IRealNameSource
{
    /// <summary>Kept with what it confirmed, and in the event: 1–40 of <c>a-z 0-9 -</c>.</summary>
    string Name { get; }

    /// <summary>Neither value may be kept, logged or sent elsewhere by the adapter. An authority out of reach is an answer, not an exception.</summary>
    ValueTask<RealNameAnswer> AskAsync(string name, string number, CancellationToken cancellation);
}

internal enum RealNameAnswer
{
    Belong,
    DoNotBelong,

    /// <summary>The authority gave no answer: nobody is at fault, later it may.</summary>
    Unavailable,
}
