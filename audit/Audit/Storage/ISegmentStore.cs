namespace Backbone.Audit.Storage;

/// <summary>
/// The folder of a log, held exclusively from construction to disposal. Two implementations: files, and in tests a disk that loses,
/// tears and refuses.
/// </summary>
internal interface ISegmentStore : IDisposable
{
    /// <summary>The names of all segments, in order.</summary>
    IReadOnlyList<string> List();

    /// <summary>Where that segment lies, for messages.</summary>
    string PathOf(string name);

    /// <summary>A new, empty segment; fails if it exists. Its name is durable only after <see cref="SyncDirectory"/>.</summary>
    ISegmentFile Create(string name, long preallocate);

    ISegmentFile Open(string name, bool writable);

    void Delete(string name);

    void SyncDirectory();

    /// <summary>The log's id, null until <see cref="WriteLogId"/>: from then on a folder without segments is a loss, not a new log.</summary>
    Guid? ReadLogId();

    /// <summary>Durable when it returns.</summary>
    void WriteLogId(Guid id);

    /// <summary>The first record that must be there; 0 as long as nothing has been deleted. What lies before it may be there still.</summary>
    long ReadMinimum();

    /// <summary>Durable when it returns: from then on segments that end before it may be deleted.</summary>
    void WriteMinimum(long index);
}

/// <summary>One segment. Positions are the caller's: nothing here has a cursor.</summary>
internal interface ISegmentFile : IDisposable
{
    long Length { get; }

    /// <summary>Fills the buffer as far as the file goes.</summary>
    int Read(Span<byte> buffer, long offset);

    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>fsync. If it throws, what was written since the last one is in an unknown state and must never be flushed again.</summary>
    void Flush();

    void SetLength(long length);
}
