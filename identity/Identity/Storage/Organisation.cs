namespace Backbone.Identity.Storage;

/// <summary>An organisation somebody may act for. It is here because its legal representative registered it.</summary>
internal sealed class Organisation
{
    /// <summary>The unified social credit code, as <c>EntityCode</c> writes it: 18 characters, never a natural person's.</summary>
    public required string Code { get; init; }

    /// <summary>As the registry has it; at most 200 characters.</summary>
    public required string Name { get; set; }

    /// <summary>The registry's adapter ("simulator").</summary>
    public required string Source { get; set; }

    public required DateTimeOffset RegisteredAt { get; init; }
}
