namespace Backbone.Credit.Facts.Files;

internal enum FileOrigin : short
{
    /// <summary>By a person at the console.</summary>
    Upload = 1,

    /// <summary>From an agency's folder.</summary>
    Daily = 2,
}

internal enum FileState : short
{
    /// <summary>Read, and nothing of it stored.</summary>
    Previewed = 0,

    /// <summary>Its sound rows are in the store.</summary>
    Stored = 1,

    /// <summary>Of a daily file: nothing of it is in the store.</summary>
    Refused = 2,
}

/// <summary>
/// A file of facts that was read. Of a preview it holds the sound rows as the store will take them, until they are stored or the preview is over; the file
/// itself is kept nowhere, for its other rows may be about persons.
/// </summary>
internal sealed class FactFile
{
    public const int LongestName = 200;

    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    public FileOrigin Origin { get; init; }

    public FileState State { get; set; }

    /// <summary>Whose facts they are: <see cref="UploadSource"/>, or the agency's client id.</summary>
    public required string Source { get; init; }

    /// <summary>Source of what staff upload. No program can be called so: a client's id has no dot.</summary>
    public const string UploadSource = "credit.upload";

    /// <summary>As it was called; no control characters and no person's number.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of the file; 32 bytes.</summary>
    public required byte[] Digest { get; init; }

    /// <summary>Bytes of the file.</summary>
    public int Size { get; init; }

    /// <summary>An id of <see cref="FileForm"/>; empty of a file that was refused before its form was known.</summary>
    public required string Form { get; init; }

    /// <summary>As <see cref="ReadFile.NotRead"/>, one a line: columns and sheets that were not read.</summary>
    public required string NotRead { get; init; }

    /// <summary>Who uploaded it; null for a folder.</summary>
    public Guid? By { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>Of a preview: when it is over.</summary>
    public DateTimeOffset? Until { get; set; }

    public DateTimeOffset? StoredAt { get; set; }

    /// <summary>Rows that are not blank.</summary>
    public int Rows { get; init; }

    /// <summary>Of a preview, rows that would be new; then, rows that were.</summary>
    public int New { get; set; }

    /// <summary>Rows that were in the store already.</summary>
    public int Known { get; set; }

    /// <summary>Rows with problems: none of them is stored.</summary>
    public int Bad { get; set; }

    /// <summary>Corrections and withdrawals among the sound rows.</summary>
    public int Changes { get; init; }

    public long Problems { get; set; }

    /// <summary>What is kept of it, in bytes.</summary>
    public int Held { get; set; }

    /// <summary>The sound rows: <see cref="SoundRows"/>; null once they are stored.</summary>
    public byte[]? Sound { get; set; }

    /// <summary><see cref="RowProblems"/>; null when nobody needs them any more.</summary>
    public byte[]? ProblemRows { get; set; }

    /// <summary><see cref="RowStates"/>.</summary>
    public byte[]? States { get; set; }

    /// <summary>Goes up with every change: of two at once the second is told.</summary>
    public int Version { get; set; }
}
