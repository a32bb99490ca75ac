namespace Backbone.Credit.Grading;

/// <summary>
/// The grade of an organisation as the last scoring of all found it. It is derived: from facts, pack and day it is computed again at any time. The key
/// begins with the entity, like that of its facts.
/// </summary>
internal sealed class GradeRow
{
    /// <summary>18 characters.</summary>
    public required string Entity { get; init; }

    /// <summary>The pack's id for the grade: <c>A</c>.</summary>
    public required string Grade { get; set; }

    public int Points { get; set; }

    /// <summary>The first day on which this grade was found.</summary>
    public DateOnly Since { get; set; }

    /// <summary>Id and version of the pack: <c>cn-national 1</c>.</summary>
    public required string Pack { get; set; }
}

/// <summary>Another grade than before, or the first. Added and never changed: an organisation's history, and what a person looks up who contests it.</summary>
internal sealed class GradeChange
{
    public required string Entity { get; init; }

    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>The day the scores were made for.</summary>
    public DateOnly Day { get; init; }

    /// <summary>The grade before; null for the first.</summary>
    public string? Before { get; init; }

    public required string Grade { get; init; }

    public int Points { get; init; }

    public required string Pack { get; init; }

    /// <summary>SHA-256 of the pack's file, lower-case hexadecimal.</summary>
    public required string PackDigest { get; init; }

    /// <summary>The store's clock up to which facts were known: with it the score of that day is computed again, whatever came since.</summary>
    public long Known { get; init; }
}

/// <summary>What is in the database of the scores of a shard, and who saw to it last.</summary>
internal sealed class GradingMark
{
    /// <summary><see cref="Shard.Name"/>.</summary>
    public required string Shard { get; init; }

    /// <summary>The set of scores whose grades are all in the database.</summary>
    public required string Scores { get; set; }

    /// <summary>The data directory of the host that made it, told apart by an id of its own.</summary>
    public required Guid Host { get; set; }

    public DateOnly Day { get; set; }

    public required string Pack { get; set; }

    public long Known { get; set; }

    public long Entities { get; set; }

    /// <summary>When it was done.</summary>
    public DateTimeOffset At { get; set; }
}
