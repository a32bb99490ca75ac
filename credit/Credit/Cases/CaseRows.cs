namespace Backbone.Credit.Cases;

/// <summary>What an organisation asks for.</summary>
internal enum CaseKind : short
{
    /// <summary>异议: a fact is wrong, or should not be there.</summary>
    Objection = 1,

    /// <summary>信用修复: what was wrong is put right, and the fact is to leave use.</summary>
    Repair = 2,
}

internal enum CaseState : short
{
    /// <summary>Filed. An objection is being looked into; of an application for repair it is not yet said whether it is complete.</summary>
    Received = 0,

    /// <summary>Of a repair: complete, to be decided.</summary>
    Accepted = 1,

    /// <summary>A change of the record is proposed by one person and waits for another.</summary>
    Proposed = 2,

    /// <summary>Done as asked, wholly or in part.</summary>
    Granted = 3,

    /// <summary>Not done, or not accepted, with reasons.</summary>
    Rejected = 4,

    /// <summary>By the organisation itself.</summary>
    TakenBack = 5,
}

/// <summary>What a decision does to the fact.</summary>
internal enum Remedy : short
{
    None = 0,
    Correction = 1,
    Withdrawal = 2,
    Repair = 3,
}

/// <summary>
/// One objection or application for repair. Its state moves forward; what happened to it stands in <see cref="CaseStep"/> rows, which are added and never
/// changed. The key begins with the entity, like that of its facts.
/// </summary>
internal sealed class CaseRow
{
    public const int LongestGrounds = 2000;
    public const int LongestReason = 1000;

    /// <summary>18 characters.</summary>
    public required string Entity { get; init; }

    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    public CaseKind Kind { get; init; }

    /// <summary>The record that first stated the fact.</summary>
    public Guid Fact { get; init; }

    public CaseState State { get; set; }

    /// <summary>What the organisation says, at most <see cref="LongestGrounds"/> characters; no resident identity number.</summary>
    public required string Grounds { get; init; }

    public DateTimeOffset FiledAt { get; init; }

    /// <summary>The person who filed it in the organisation's name.</summary>
    public Guid FiledBy { get; init; }

    /// <summary>The duty that runs, an id of <see cref="Clock.Duties"/>.</summary>
    public required string Duty { get; set; }

    /// <summary>The day of China from which it runs, itself not counted.</summary>
    public DateOnly RunsFrom { get; set; }

    /// <summary>Its last day.</summary>
    public DateOnly DueOn { get; set; }

    /// <summary>Working days by which the duty that runs was lengthened; 0 for none.</summary>
    public short Extension { get; set; }

    /// <summary>When it was lengthened: once in a case.</summary>
    public DateTimeOffset? ExtendedAt { get; set; }

    /// <summary>Set once for each duty that runs, when its last day was near: who is in charge was reminded.</summary>
    public DateTimeOffset? RemindedAt { get; set; }

    /// <summary>Set once, when the last day was over and the case open: an event told of it.</summary>
    public DateTimeOffset? OverdueAt { get; set; }

    /// <summary>Set once, when it was over and those above were told.</summary>
    public DateTimeOffset? EscalatedAt { get; set; }

    /// <summary>The officer who is to work on it, as a supervisor said; null: any. Nobody else is kept from it, for a change of the record takes two.</summary>
    public Guid? AssignedTo { get; set; }

    public Remedy Proposed { get; set; }

    /// <summary>Of a proposed correction: the fields of the whole content, as a program would send them.</summary>
    public string? ProposedContent { get; set; }

    public string? ProposedReason { get; set; }

    public Guid? ProposedBy { get; set; }

    public DateTimeOffset? ClosedAt { get; set; }

    /// <summary>What was done to the fact.</summary>
    public Remedy Done { get; set; }

    /// <summary>Goes up with every step: of two at once the second is told that there was another.</summary>
    public int Version { get; set; }

    public bool IsOpen => State is CaseState.Received or CaseState.Accepted or CaseState.Proposed;
}

/// <summary>One thing that was done in a case.</summary>
internal sealed class CaseStep
{
    public required string Entity { get; init; }

    /// <summary>UUIDv7: their order.</summary>
    public required Guid Id { get; init; }

    public required Guid Case { get; init; }

    /// <summary>An action of <see cref="Events.CaseKinds"/>.</summary>
    public required string Act { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>Who did it; null for the program itself.</summary>
    public Guid? By { get; init; }

    /// <summary>True when it was done in the organisation's name.</summary>
    public bool IsOrganisation { get; init; }

    /// <summary>Their reasons, shown to the organisation; empty where none are owed.</summary>
    public string Reason { get; init; } = "";
}

/// <summary>A file that came with a case. Its bytes are sealed under the master key: commitment letters name people.</summary>
internal sealed class CaseFile
{
    public required string Entity { get; init; }

    public required Guid Id { get; init; }

    public required Guid Case { get; init; }

    /// <summary>Which material it is, an id of <see cref="Clock.Duties.Materials"/>; empty for other evidence.</summary>
    public required string Material { get; init; }

    /// <summary>By its bytes, whatever it was called.</summary>
    public Evidence.EvidenceKind Kind { get; init; }

    public int Size { get; init; }

    /// <summary>SHA-256 of what was sent; 32 bytes.</summary>
    public required byte[] Digest { get; init; }

    public required byte[] Sealed { get; init; }
}
