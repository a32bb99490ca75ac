namespace Backbone.Credit.Storage;

/// <summary>A row that is there already under the same key of the same source.</summary>
internal sealed record KnownRow(Guid Id, byte[] Hash);

/// <summary>The columns of <see cref="FactRow"/> in the order in which both engines are given them.</summary>
internal static class FactColumnsOfRows
{
    public const string Names = """
        "Entity", "Id", "Kind", "About", "Recorded", "Type", "Class", "Exclusion", "Quantity", "Decided", "BehaviourEnd", "ValidFrom", "ValidTo",
        "Document", "Authority", "Basis", "Reason", "Source", "SourceKey", "Hash"
        """;
}
