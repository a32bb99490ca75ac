namespace Backbone.Identity.Storage;

/// <summary>An ASP.NET Core data-protection key, sealed with the master key, shared by all hosts through the database.</summary>
internal sealed class SealedKey
{
    public required string Id { get; init; }

    public required byte[] Sealed { get; init; }
}
