using System.Text;
using Backbone.Audit.Log.Segments;
using Backbone.Audit.Storage;

namespace Backbone.Audit.Doctor;

/// <summary>A log's folder for looking only: takes no lock for longer than a glance, and every change is left undone.</summary>
internal sealed class ExaminedSegments(string folder) : ISegmentStore
{
    private string LockFile => Path.Combine(folder, "log.lock");

    /// <summary>Whether a process holds the log's lock.</summary>
    public bool IsInUse
    {
        get
        {
            try
            {
                using var held = File.Exists(LockFile) ? new FileStream(LockFile, FileMode.Open, FileAccess.Read, FileShare.None) : null;
                return false;
            }
            catch (IOException)
            {
                return true;
            }
        }
    }

    public IReadOnlyList<string> List() =>
        [.. Directory.EnumerateFiles(folder, "*" + SegmentName.Extension).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];

    public string PathOf(string name) => Path.Combine(folder, name);

    public ISegmentFile Create(string name, long preallocate) => throw new NotSupportedException("The doctor creates nothing.");

    public ISegmentFile Open(string name, bool writable) => new ExaminedFile(new FileStream(PathOf(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0));

    public void Delete(string name)
    {
    }

    public void SyncDirectory()
    {
    }

    public Guid? ReadLogId()
    {
        // Who holds the lock has seen that it fits the segments; nobody else can read it meanwhile.
        var text = File.Exists(LockFile) && !IsInUse ? File.ReadAllText(LockFile, Encoding.ASCII) : "";
        return text.Length == 0 ? null
            : Guid.TryParseExact(text, "D", out var id) ? id
            : throw new AuditLogCorruptException(LockFile, 0, "it does not hold the log's id");
    }

    public void WriteLogId(Guid id) => throw new NotSupportedException("The doctor creates nothing.");

    public long ReadMinimum() => FileSegmentStore.MinimumOf(folder).Read() ?? 0;

    public void WriteMinimum(long index) => throw new NotSupportedException("The doctor deletes nothing.");

    public void Dispose()
    {
    }

    private sealed class ExaminedFile(FileStream stream) : ISegmentFile
    {
        public long Length => RandomAccess.GetLength(stream.SafeFileHandle);

        public int Read(Span<byte> buffer, long offset)
        {
            var total = 0;
            while (total < buffer.Length && RandomAccess.Read(stream.SafeFileHandle, buffer[total..], offset + total) is var read and > 0)
            {
                total += read;
            }

            return total;
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset) => throw new NotSupportedException("The doctor writes nothing.");

        public void Flush()
        {
        }

        public void SetLength(long length)
        {
        }

        public void Dispose() => stream.Dispose();
    }
}
