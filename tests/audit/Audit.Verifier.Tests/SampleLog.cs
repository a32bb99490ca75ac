using System.Buffers;
using System.Text;
using Backbone.Audit.Log.Checkpoints;
using Backbone.Audit.Log.Notes;
using Backbone.Audit.Log.Proofs;
using Backbone.Audit.Log.Segments;
using Backbone.Audit.Log.Tiles;
using Backbone.Audit.Log.Tree;

namespace Backbone.Audit.Verifier.Tests;

/// <summary>
/// A log on disk as the audit module lays it out (<c>log/*.seg</c>, <c>tlog/…</c>), with partial files of earlier sizes and kept checkpoints,
/// in a folder of its own that goes with it.
/// </summary>
internal sealed class SampleLog : IDisposable
{
    public const string Origin = "log.example/audit";

    private readonly List<byte[]> entries = [];
    private readonly TileBuilder builder;

    public SampleLog(int size, int segmentRecords = 97, params int[] earlier)
    {
        builder = new TileBuilder((tile, bytes) => Write(tile.Path, bytes.ToArray()));
        foreach (var stop in earlier.Append(size).Order())
        {
            Grow(stop);
            Publish(kept: stop != size);
        }

        WriteSegments(segmentRecords);
    }

    public static NoteSigner Signer { get; } = NoteSigner.Ed25519(Origin, [.. Enumerable.Range(0, 32).Select(i => (byte)i)]);

    public string Folder { get; } = Directory.CreateTempSubdirectory("backbone-verifier-").FullName;

    public string Tlog => Path.Combine(Folder, "tlog");

    public IReadOnlyList<byte[]> Entries => entries;

    public int Size => entries.Count;

    /// <summary>All stored files, relative to the folder.</summary>
    public IReadOnlyList<string> Files => [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Folder, path)).Order(StringComparer.Ordinal)];

    public static byte[] Entry(int index) =>
        Encoding.UTF8.GetBytes($$"""{"event":{"id":"{{index:D8}}"},"message":"{{new string((char)('a' + (index % 26)), (index * 37) % 300)}}"}""");

    public ReadOnlyMemory<byte> Read(TileId tile) =>
        File.ReadAllBytes(Path.Combine(Tlog, Tile.Holding(tile.Level, tile.Index * Tile.FullWidth, Size).Path));

    public byte[] Receipt(int index, bool withEntry) => new EvidenceReceipt(
        index, InclusionProof.Generate(index, Size, Read), SignedCheckpoint.Parse(File.ReadAllBytes(Path.Combine(Tlog, "checkpoint"))))
    {
        Extra = withEntry ? entries[index] : null,
    }.ToArray();

    /// <summary>A file beside the log.</summary>
    public string Aside(string name, byte[] bytes)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public SignedCheckpoint Checkpoint(long time) => SignedCheckpoint.Sign(new Checkpoint(Origin, Size, builder.Root()), time, Signer);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void Grow(int size)
    {
        while (entries.Count < size)
        {
            entries.Add(Entry(entries.Count));
            builder.Append(TreeHash.Leaf(entries[^1]));
        }
    }

    private void Publish(bool kept)
    {
        foreach (var tile in Tile.Partials(Size))
        {
            Write(tile.Path, builder.Partial(tile).ToArray());
        }

        for (var first = 0; first < Size; first += Tile.FullWidth)
        {
            var bundle = new ArrayBufferWriter<byte>();
            var width = Math.Min(Tile.FullWidth, Size - first);
            foreach (var entry in entries.Skip(first).Take(width))
            {
                EntryBundle.Append(bundle, entry);
            }

            Write(new BundleId(first / Tile.FullWidth, width).Path, bundle.WrittenSpan.ToArray());
        }

        var checkpoint = Checkpoint(Size).ToArray();
        Write("checkpoint", checkpoint);
        if (kept)
        {
            Write($"checkpoints/{Size}", checkpoint);
        }
    }

    private void WriteSegments(int records)
    {
        var log = Directory.CreateDirectory(Path.Combine(Folder, "log")).FullName;
        var id = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");
        File.WriteAllText(Path.Combine(log, "log.lock"), id.ToString("D"));
        var (previous, previousBytes) = (-1L, 0L);
        for (var first = 0; first < Size; first += records)
        {
            var bytes = new ArrayBufferWriter<byte>();
            new SegmentHeader(id, first, previous, previousBytes).Write(bytes.GetSpan(SegmentHeader.Bytes));
            bytes.Advance(SegmentHeader.Bytes);
            for (var i = first; i < Math.Min(first + records, Size); i++)
            {
                var frame = new RecordFrame(entries[i].Length, i, i - (i % 5) < first ? first : i - (i % 5), new Guid(i, 0, 0, new byte[8]));
                frame.Write(bytes.GetSpan(frame.TotalBytes), entries[i]);
                bytes.Advance(frame.TotalBytes);
            }

            File.WriteAllBytes(Path.Combine(log, SegmentName.Of(first)), bytes.WrittenSpan.ToArray());
            (previous, previousBytes) = (first, bytes.WrittenCount);
        }
    }

    private void Write(string path, byte[] bytes)
    {
        var full = Path.Combine(Tlog, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, bytes);
    }
}
