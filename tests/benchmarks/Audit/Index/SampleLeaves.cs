using System.Buffers.Binary;
using Backbone.Audit.Storage;

namespace Backbone.Benchmarks.Audit.Index;

/// <summary>The sample's leaves in one file, made before anything is measured, and read from it as a log is read: making them takes longer than feeding.</summary>
internal sealed class SampleLeaves : IDisposable
{
    private readonly FileStream stream;
    private readonly byte[] length = new byte[sizeof(int)];
    private long next;

    private SampleLeaves(string path) => stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);

    /// <param name="path">Where the file is, or is to be.</param>
    /// <param name="sample">Makes them.</param>
    /// <param name="events">How many.</param>
    public static SampleLeaves Open(string path, SampleEvents sample, int events)
    {
        if (!File.Exists(path))
        {
            var aside = path + ".writing";
            using (var target = new FileStream(aside, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
            {
                Span<byte> length = stackalloc byte[sizeof(int)];
                for (var i = 0; i < events; i++)
                {
                    var leaf = sample.Leaf(i);
                    BinaryPrimitives.WriteInt32LittleEndian(length, leaf.Length);
                    target.Write(length);
                    target.Write(leaf);
                }
            }

            File.Move(aside, path);
        }

        return new SampleLeaves(path);
    }

    /// <summary>What is indexed already need not be read.</summary>
    public void Skip(long count)
    {
        for (var end = next + count; next < end; next++)
        {
            stream.ReadExactly(length);
            stream.Seek(BinaryPrimitives.ReadInt32LittleEndian(length), SeekOrigin.Current);
        }
    }

    /// <summary>The next ones, from the first on.</summary>
    public LogRecord[] Read(int count)
    {
        var records = new LogRecord[count];
        for (var i = 0; i < count; i++)
        {
            stream.ReadExactly(length);
            var leaf = new byte[BinaryPrimitives.ReadInt32LittleEndian(length)];
            stream.ReadExactly(leaf);
            records[i] = new LogRecord(next++, default, leaf);
        }

        return records;
    }

    public void Dispose() => stream.Dispose();
}
