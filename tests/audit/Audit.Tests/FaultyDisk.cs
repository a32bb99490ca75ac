using Backbone.Audit.Storage;

namespace Backbone.Audit.Tests;

internal enum DiskCall
{
    Create,
    Write,
    Flush,
    SyncDirectory,
    SetLength,
    Delete,
    WriteLogId,
    WriteMinimum,
}

internal enum Fault
{
    /// <summary>The call does nothing and fails.</summary>
    Lost,

    /// <summary>The call does everything and fails all the same.</summary>
    Persisted,

    /// <summary>A write does its first half and fails; other calls as <see cref="Lost"/>.</summary>
    Half,
}

internal enum Crash
{
    /// <summary>Only what was fsynced survives.</summary>
    DurableOnly,

    /// <summary>Everything written survives, as after kill -9.</summary>
    Everything,

    /// <summary>Of the pages not fsynced every second one survives, the last ones among them; the others read as before.</summary>
    EverySecondPage,
}

/// <summary>
/// A disk in memory with the difference that matters between what was written and what was fsynced, for names as well as contents.
/// It fails one chosen call and can be cut off at any time.
/// </summary>
internal sealed class FaultyDisk
{
    private const int PageBytes = 4096;
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, Image> files = new(StringComparer.Ordinal);
    private HashSet<string> durableNames = new(StringComparer.Ordinal);
    private Guid? logId;
    private long minimum;

    /// <summary>Calls so far that change something.</summary>
    public int Calls { get; private set; }

    public int? FailAt { get; set; }

    public Fault Fault { get; set; }

    /// <summary>Called on the writer's thread before each write.</summary>
    public Action? BeforeWrite { get; set; }

    public IReadOnlyList<string> Names => [.. files.Keys];

    public byte[] Contents(string name)
    {
        return files[name].Written.ToArray();
    }

    public void Replace(string name, byte[] contents)
    {
        files[name] = new Image { Written = [.. contents], Durable = contents };
        durableNames.Add(name);
    }

    public void Remove(string name)
    {
        files.Remove(name);
        durableNames.Remove(name);
    }

    public ISegmentStore Open()
    {
        return new Store(this);
    }

    /// <summary>The disk as the next start finds it.</summary>
    public FaultyDisk After(Crash crash)
    {
        lock (gate)
        {
            var next = new FaultyDisk { logId = logId, minimum = minimum };
            foreach (var (name, image) in files.Where(file => crash != Crash.DurableOnly || durableNames.Contains(file.Key)))
            {
                next.Replace(name, crash switch
                {
                    Crash.DurableOnly => image.Durable,
                    Crash.Everything => [.. image.Written],
                    _ => image.WithEverySecondPage(),
                });
            }

            return next;
        }
    }

    private void Do(DiskCall call, Action apply, Action? half = null)
    {
        if (call == DiskCall.Write)
        {
            BeforeWrite?.Invoke();
        }

        lock (gate)
        {
            if (Calls++ != FailAt)
            {
                apply();
                return;
            }

            if (Fault == Fault.Persisted)
            {
                apply();
            }
            else if (Fault == Fault.Half)
            {
                half?.Invoke();
            }

            throw new IOException($"{call} failed as planned ({Fault})");
        }
    }

    private sealed class Image
    {
        public List<byte> Written { get; set; } = [];

        public byte[] Durable { get; set; } = [];

        public byte[] WithEverySecondPage()
        {
            byte[] result = [.. Written];
            var pages = (result.Length + PageBytes - 1) / PageBytes;
            for (var page = 0; page < pages; page++)
            {
                if ((pages - 1 - page) % 2 == 0)
                {
                    continue;
                }

                for (var at = page * PageBytes; at < Math.Min(result.Length, (page + 1) * PageBytes); at++)
                {
                    result[at] = at < Durable.Length ? Durable[at] : (byte)0;
                }
            }

            return result;
        }
    }

    private sealed class Store(FaultyDisk disk) : ISegmentStore
    {
        public IReadOnlyList<string> List()
        {
            return disk.Names;
        }

        public string PathOf(string name)
        {
            return "disk/" + name;
        }

        public ISegmentFile Create(string name, long preallocate)
        {
            disk.Do(DiskCall.Create, () => disk.files.Add(name, new Image()));
            return Open(name, writable: true);
        }

        public ISegmentFile Open(string name, bool writable)
        {
            return new SegmentFile(disk, disk.files[name]);
        }

        public void Delete(string name)
        {
            disk.Do(DiskCall.Delete, () => disk.files.Remove(name));
        }

        public void SyncDirectory()
        {
            disk.Do(DiskCall.SyncDirectory, () => disk.durableNames = [.. disk.files.Keys]);
        }

        public Guid? ReadLogId()
        {
            return disk.logId;
        }

        public void WriteLogId(Guid id)
        {
            disk.Do(DiskCall.WriteLogId, () => disk.logId = id);
        }

        public long ReadMinimum()
        {
            return disk.minimum;
        }

        public void WriteMinimum(long index)
        {
            disk.Do(DiskCall.WriteMinimum, () => disk.minimum = index);
        }

        public void Dispose()
        {
        }
    }

    private sealed class SegmentFile(FaultyDisk disk, Image image) : ISegmentFile
    {
        public long Length
        {
            get
            {
                lock (disk.gate)
                {
                    return image.Written.Count;
                }
            }
        }

        public int Read(Span<byte> buffer, long offset)
        {
            lock (disk.gate)
            {
                var count = (int)Math.Clamp(image.Written.Count - offset, 0, buffer.Length);
                System.Runtime.InteropServices.CollectionsMarshal.AsSpan(image.Written).Slice((int)Math.Min(offset, image.Written.Count), count)
                    .CopyTo(buffer);
                return count;
            }
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            var copy = bytes.ToArray();
            disk.Do(DiskCall.Write, () => Put(copy, offset), () => Put(copy[..(copy.Length / 2)], offset));
        }

        public void Flush()
        {
            disk.Do(DiskCall.Flush, () => image.Durable = [.. image.Written]);
        }

        public void SetLength(long length)
        {
            disk.Do(DiskCall.SetLength, () => image.Written.RemoveRange((int)length, image.Written.Count - (int)length));
        }

        public void Dispose()
        {
        }

        private void Put(byte[] bytes, long offset)
        {
            while (image.Written.Count < offset + bytes.Length)
            {
                image.Written.Add(0);
            }

            bytes.CopyTo(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(image.Written)[(int)offset..]);
        }
    }
}
