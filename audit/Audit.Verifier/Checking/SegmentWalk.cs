using Backbone.Audit.Log.Segments;
using Backbone.Audit.Log.Tiles;
using Backbone.Audit.Log.Tree;
using Backbone.Audit.Verifier.Findings;
using Backbone.Audit.Verifier.Sources;
using Microsoft.Win32.SafeHandles;

namespace Backbone.Audit.Verifier.Checking;

/// <summary>Reads segments record by record through one buffer. One owner, one thread.</summary>
internal sealed class SegmentWalk(StoredTiles stored, Report report)
{
    private const int BufferBytes = 1 << 20;

    private readonly byte[] buffer = new byte[BufferBytes];
    private readonly FileBuffer tileBytes = new();
    private readonly TreeHash[] row = new TreeHash[Tile.FullWidth];
    private long rowTile = -1;
    private bool rowKnown;
    private long bufferAt;
    private int buffered;

    public void Run(SegmentFile segment)
    {
        using var file = File.OpenHandle(segment.Path, share: FileShare.ReadWrite | FileShare.Delete);
        (bufferAt, buffered) = (SegmentHeader.Bytes, 0);
        var sequence = segment.First;
        var offset = (long)SegmentHeader.Bytes;
        while (offset < segment.Length && sequence != segment.End)
        {
            var bytes = Peek(file, offset);
            if (RecordWalk.Next(bytes, sequence, out var frame) == RecordState.Record)
            {
                CheckLeaf(segment.Path, sequence, offset, frame, RecordWalk.Payload(bytes, frame));
                offset += frame.TotalBytes;
                sequence++;
            }
            else if (FindNext(file, segment, offset, sequence) is var (next, after))
            {
                report.Add(segment.Path, new Extent(sequence, Math.Max(after, sequence + 1)), new Extent(offset, next), "no intact record");
                (offset, sequence) = (next, after);
            }
            else
            {
                break;
            }
        }

        Finish(segment, sequence, offset);
    }

    private void Finish(SegmentFile segment, long sequence, long offset)
    {
        var left = segment.Length - offset;
        if (segment.End is null && sequence >= stored.Size)
        {
            if (left > 0)
            {
                report.Note(FormattableString.Invariant(
                    $"{segment.Path}: {left} bytes from {offset} on are no record; they lie beyond the checkpoint, as an unfinished write does"));
            }

            if (sequence > stored.Size)
            {
                report.Note(FormattableString.Invariant(
                    $"{segment.Path}: records {new Extent(stored.Size, sequence)} lie beyond the checkpoint: only their checksums were verified"));
            }
        }
        else if (left > 0 || sequence < (segment.End ?? stored.Size))
        {
            var end = Math.Max(segment.End ?? stored.Size, sequence + 1);
            report.Add(
                segment.Path, new Extent(sequence, end), new Extent(offset, segment.Length),
                left > 0 && sequence == segment.End ? "bytes follow the last record" : "no intact record from here to the end");
        }
    }

    private void CheckLeaf(string path, long sequence, long offset, RecordFrame frame, ReadOnlySpan<byte> payload)
    {
        if (sequence >= stored.Size)
        {
            return;
        }

        if (rowTile != sequence / Tile.FullWidth)
        {
            rowTile = sequence / Tile.FullWidth;
            rowKnown = stored.TryBelieved(Tile.Holding(0, sequence, stored.Size), tileBytes, row);
        }

        // Where the tree has nothing to believe, that was said when the tree was checked.
        if (rowKnown && TreeHash.Leaf(payload) != row[sequence % Tile.FullWidth])
        {
            report.Add(
                path, new Extent(sequence, sequence + 1), new Extent(offset, offset + frame.TotalBytes),
                "the record is intact by its checksum, but it is not the entry of the tree: it was rewritten");
        }
    }

    /// <summary>At least one whole record's worth of bytes, fewer only at the end of the file.</summary>
    private ReadOnlySpan<byte> Peek(SafeFileHandle file, long offset)
    {
        var at = offset - bufferAt;
        if (at < 0 || at > buffered)
        {
            (bufferAt, buffered, at) = (offset, 0, 0);
        }

        if (buffered - at < RecordWalk.MaxRecord)
        {
            buffer.AsSpan((int)at, buffered - (int)at).CopyTo(buffer);
            buffered -= (int)at;
            bufferAt = offset;
            at = 0;
            int read;
            while (buffered < buffer.Length && (read = RandomAccess.Read(file, buffer.AsSpan(buffered), bufferAt + buffered)) > 0)
            {
                buffered += read;
                report.Progressed(0, read);
            }
        }

        return buffer.AsSpan((int)at, buffered - (int)at);
    }

    /// <summary>The next place where an intact record of this or a later index starts.</summary>
    private (long Offset, long Sequence)? FindNext(SafeFileHandle file, SegmentFile segment, long offset, long sequence)
    {
        for (var at = offset + 1; at < segment.Length;)
        {
            var bytes = Peek(file, at);
            var looked = Math.Max(1, bytes.Length - RecordWalk.MaxRecord);
            if (at + bytes.Length >= segment.Length)
            {
                looked = bytes.Length;
            }

            for (var i = 0; i < looked; i++)
            {
                if (RecordFrame.TryRead(bytes[i..], out var frame) && frame.Sequence >= sequence && frame.BatchFirst >= 0
                    && frame.BatchFirst <= frame.Sequence && frame.TotalBytes <= bytes.Length - i && frame.IsIntact(bytes[i..]))
                {
                    return (at + i, frame.Sequence);
                }
            }

            at += looked;
        }

        return null;
    }
}
