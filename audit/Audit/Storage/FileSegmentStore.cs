using System.Text;
using Backbone.Audit.Contracts;
using Backbone.Audit.Log.Segments;
using Backbone.Platform.Web.Files;

namespace Backbone.Audit.Storage;

/// <summary>Segments as files of one folder, mode 0600 in 0700. The file <c>log.lock</c> is the lock and holds the log's id.</summary>
internal sealed class FileSegmentStore : ISegmentStore
{
    private const string LockName = "log.lock";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string directory;
    private readonly FileStream lockFile;

    /// <exception cref="AuditUnavailableException">Another process, or another log in this one, has the folder open.</exception>
    public FileSegmentStore(string directory)
    {
        this.directory = Path.GetFullPath(directory);
        CreateDirectory(this.directory);
        try
        {
            // FileShare.None takes flock(LOCK_EX | LOCK_NB) on Unix: it falls with the process, so a crash leaves no stale lock.
            lockFile = OpenStream(LockName, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 0);
        }
        catch (IOException e)
        {
            throw new AuditUnavailableException($"the audit log {this.directory} is open in another process", e);
        }
    }

    public IReadOnlyList<string> List()
    {
        return [.. Directory.EnumerateFiles(directory, "*" + SegmentName.Extension).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];
    }

    public string PathOf(string name)
    {
        return Path.Combine(directory, name);
    }

    public ISegmentFile Create(string name, long preallocate)
    {
        return new SegmentFile(OpenStream(name, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite, preallocate));
    }

    public ISegmentFile Open(string name, bool writable)
    {
        var access = writable ? FileAccess.ReadWrite : FileAccess.Read;
        return new SegmentFile(OpenStream(name, FileMode.Open, access, FileShare.ReadWrite, 0));
    }

    public void Delete(string name)
    {
        File.Delete(PathOf(name));
    }

    public void SyncDirectory()
    {
        DirectorySync.Flush(directory);
    }

    public Guid? ReadLogId()
    {
        Span<byte> text = stackalloc byte[36];
        var read = RandomAccess.Read(lockFile.SafeFileHandle, text, 0);
        if (read == 0)
        {
            return null;
        }

        return read == 36 && Guid.TryParseExact(Encoding.ASCII.GetString(text), "D", out var id)
            ? id
            : throw new AuditLogCorruptException(PathOf(LockName), 0, "it does not hold the log's id");
    }

    public void WriteLogId(Guid id)
    {
        RandomAccess.Write(lockFile.SafeFileHandle, Encoding.ASCII.GetBytes(id.ToString("D")), 0);
        RandomAccess.FlushToDisk(lockFile.SafeFileHandle);
        SyncDirectory();
    }

    public long ReadMinimum() => MinimumOf(directory).Read() ?? 0;

    public void WriteMinimum(long index) => MinimumOf(directory).Write(index);

    /// <summary>Where a log's folder keeps its minimum.</summary>
    public static CursorFile MinimumOf(string directory) => new(directory, "minimum");

    public void Dispose()
    {
        lockFile.Dispose();
    }

    private FileStream OpenStream(string name, FileMode mode, FileAccess access, FileShare share, long preallocate)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share, BufferSize = 0, PreallocationSize = preallocate };
        if (mode is FileMode.CreateNew or FileMode.OpenOrCreate && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(PathOf(name), options);
    }

    /// <summary>Creates what is missing and makes each new name durable in its parent.</summary>
    private static void CreateDirectory(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        var parent = Path.GetDirectoryName(path)!;
        CreateDirectory(parent);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        }

        DirectorySync.Flush(parent);
    }

    private sealed class SegmentFile(FileStream stream) : ISegmentFile
    {
        public long Length => RandomAccess.GetLength(stream.SafeFileHandle);

        public int Read(Span<byte> buffer, long offset)
        {
            var total = 0;
            while (total < buffer.Length)
            {
                var read = RandomAccess.Read(stream.SafeFileHandle, buffer[total..], offset + total);
                if (read == 0)
                {
                    break;
                }

                total += read;
            }

            return total;
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            RandomAccess.Write(stream.SafeFileHandle, bytes, offset);
        }

        public void Flush()
        {
            RandomAccess.FlushToDisk(stream.SafeFileHandle);
        }

        public void SetLength(long length)
        {
            RandomAccess.SetLength(stream.SafeFileHandle, length);
        }

        public void Dispose()
        {
            stream.Dispose();
        }
    }
}
