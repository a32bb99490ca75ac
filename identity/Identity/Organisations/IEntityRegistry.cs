using Backbone.Platform.Entities;

namespace Backbone.Identity.Organisations;

/// <summary>
/// The way to the registry of organisations. Implementations: the simulator of the demonstration; a deployment brings the adapter of its
/// registry.
/// </summary>
internal interface IEntityRegistry
{
    /// <summary>Kept with what it said: 1–40 of <c>a-z 0-9 -</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Whether this person is the organisation's legal representative now. Name and number may be kept, logged or sent elsewhere by no adapter. A
    /// registry out of reach is an answer, not an exception.
    /// </summary>
    ValueTask<RegistryAnswer> AskAsync(EntityCode code, string personName, string personNumber, CancellationToken cancellation);
}

internal abstract record RegistryAnswer
{
    /// <param name="Name">The organisation's, as registered.</param>
    public sealed record Represents(string Name) : RegistryAnswer;

    public sealed record RepresentsNot : RegistryAnswer;

    public sealed record NotRegistered : RegistryAnswer;

    public sealed record Unavailable : RegistryAnswer;
}
