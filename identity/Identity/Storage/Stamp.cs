namespace Backbone.Identity.Storage;

/// <summary>A short fact that all hosts of one database share.</summary>
internal sealed class Stamp
{
    /// <summary>Changes with every change of a client, in the same commit; never twice the same. Its row comes with the schema.</summary>
    public const string Clients = "clients";

    /// <summary>A one-way trace of the master key that sealed what is in this database; see <see cref="RequireOneMasterKey"/>.</summary>
    public const string MasterKey = "master-key";

    /// <summary>At most 64 characters.</summary>
    public required string Name { get; init; }

    public required string Value { get; set; }
}
