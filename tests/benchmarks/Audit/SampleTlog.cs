using System.Buffers;
using System.Globalization;
using System.Text;
using Backbone.Audit.Log.Checkpoints;
using Backbone.Audit.Log.Notes;
using Backbone.Audit.Log.Tiles;
using Backbone.Audit.Log.Tree;

namespace Backbone.Benchmarks.Audit;

/// <summary>Writes the public files of a log of many events, as fast as the disk takes them: bundles, tiles, a signed checkpoint.</summary>
internal static class SampleTlog
{
    public const string Origin = "log.example/benchmark";

    public static NoteSigner Signer { get; } = NoteSigner.Ed25519(Origin, [.. Enumerable.Range(0, 32).Select(i => (byte)i)]);

    public static void Write(string folder, int events)
    {
        var builder = new TileBuilder((tile, bytes) => WriteFile(folder, tile.Path, bytes));
        var hashes = new TreeHash[Tile.FullWidth * Tile.FullWidth];
        for (var first = 0; first < events; first += hashes.Length)
        {
            var count = Math.Min(hashes.Length, events - first);
            var start = first;
            Parallel.For(0, (count + Tile.FullWidth - 1) / Tile.FullWidth, () => new ArrayBufferWriter<byte>(256 * 1024), (bundle, _, buffer) =>
            {
                var from = bundle * Tile.FullWidth;
                WriteBundle(folder, start + from, hashes.AsSpan(from, Math.Min(Tile.FullWidth, count - from)), buffer);
                return buffer;
            }, _ => { });
            foreach (var hash in hashes.AsSpan(0, count))
            {
                builder.Append(hash);
            }
        }

        foreach (var tile in Tile.Partials(events))
        {
            WriteFile(folder, tile.Path, builder.Partial(tile));
        }

        WriteFile(folder, "checkpoint", SignedCheckpoint.Sign(new Checkpoint(Origin, events, builder.Root()), 1, Signer).ToArray());
    }

    private static void WriteBundle(string folder, long first, Span<TreeHash> hashes, ArrayBufferWriter<byte> buffer)
    {
        buffer.ResetWrittenCount();
        Span<byte> entry = stackalloc byte[512];
        for (var i = 0; i < hashes.Length; i++)
        {
            var length = Event(first + i, entry);
            hashes[i] = TreeHash.Leaf(entry[..length]);
            EntryBundle.Append(buffer, entry[..length]);
        }

        WriteFile(folder, new BundleId(first / Tile.FullWidth, hashes.Length).Path, buffer.WrittenSpan);
    }

    /// <summary>About 450 bytes of what a sign-in looks like; every one different.</summary>
    private static int Event(long index, Span<byte> target)
    {
        Encoding.UTF8.TryGetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $$$"""{"@timestamp":"2026-11-25T08:{{{index / 60_000 % 60:D2}}}:{{{index / 1_000 % 60:D2}}}.{{{index % 1_000:D3}}}Z","ecs":{"version":"9.4.0"},"event":{"action":"sign-in","category":["authentication","session"],"dataset":"backbone.identity","id":"0193617c-{{{index & 0xffff:x4}}}-7000-8000-{{{index:x12}}}","kind":"event","module":"identity","outcome":"success","type":["start"]},"organization":{"id":"91330100MA27X{{{index % 100_000:D5}}}"},"service":{"name":"backbone"},"source":{"ip":"10.{{{index >> 16 & 255}}}.{{{index >> 8 & 255}}}.{{{index & 255}}}"},"user":{"id":"0193617c-0000-7000-8000-{{{index % 1_000_003:x12}}}"}}"""),
            target, out var length);
        return length;
    }

    private static void WriteFile(string folder, string path, ReadOnlySpan<byte> bytes)
    {
        var full = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        using var file = File.OpenHandle(full, FileMode.Create, FileAccess.Write);
        RandomAccess.Write(file, bytes, 0);
    }
}
