using System.Text;
using Backbone.Audit.Log.Segments;
using Backbone.Audit.Verifier.Findings;

namespace Backbone.Audit.Verifier.Checking;

/// <summary>
/// The segments of the log's own folder: headers, their chain, every record, and each record below the checkpoint against the leaf hash
/// that the tree holds for it. What lies beyond the checkpoint is covered by checksums alone, and the report says so.
/// </summary>
internal sealed class SegmentCheck(string folder, StoredTiles stored, Report report, long minimum)
{
    private const string LockName = "log.lock";

    public void Run()
    {
        var segments = Open();
        if (segments.Count == 0)
        {
            report.Note($"{folder} holds no segments");
            return;
        }

        CheckChain(segments);
        CheckLogId(segments);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.ForEach(segments, options, () => new SegmentWalk(stored, report), (segment, _, walk) =>
        {
            walk.Run(segment);
            return walk;
        }, _ => { });
        report.Did(FormattableString.Invariant($"{segments.Count} segments hold the entries of the tree"));
    }

    private List<SegmentFile> Open()
    {
        var segments = new List<SegmentFile>();
        foreach (var path in Directory.EnumerateFiles(folder, "*" + SegmentName.Extension).Order(StringComparer.Ordinal))
        {
            if (!SegmentName.TryParse(Path.GetFileName(path), out var first))
            {
                report.Add(path, null, null, "its name is not that of a segment");
                continue;
            }

            var bytes = new byte[SegmentHeader.Bytes];
            using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            var read = RandomAccess.Read(file, bytes, 0);
            segments.Add(new SegmentFile(path, first, RandomAccess.GetLength(file), SegmentHeader.TryRead(bytes.AsSpan(0, read), out var header) ? header : null));
        }

        for (var i = 0; i + 1 < segments.Count; i++)
        {
            segments[i] = segments[i] with { End = segments[i + 1].First };
        }

        return segments;
    }

    private void CheckChain(List<SegmentFile> segments)
    {
        var id = segments.FirstOrDefault(one => one.Header is not null)?.Header?.LogId;
        for (var i = 0; i < segments.Count; i++)
        {
            var (path, first, _, header) = (segments[i].Path, segments[i].First, segments[i].Length, segments[i].Header);
            var problem = header is not { } found ? "its header is damaged"
                : found.LogId != id ? $"it belongs to log {found.LogId}, the first segment to {id}"
                : found.FirstIndex != first ? FormattableString.Invariant($"its header says it starts with record {found.FirstIndex}")
                : i == 0 ? (first > minimum ? FormattableString.Invariant($"records before {first} are missing") : null)
                : found.PreviousFirst != segments[i - 1].First || found.PreviousBytes != segments[i - 1].Length
                    ? FormattableString.Invariant($"its predecessor started with record {found.PreviousFirst} and had {found.PreviousBytes} bytes: a segment is missing or was changed")
                    : null;
            if (problem is not null)
            {
                report.Add(path, new Extent(first, Math.Max(segments[i].End ?? stored.Size, first + 1)), new Extent(0, SegmentHeader.Bytes), problem);
            }
        }
    }

    /// <summary>The lock file holds the log's id once the first segment is durable.</summary>
    private void CheckLogId(List<SegmentFile> segments)
    {
        var path = Path.Combine(folder, LockName);
        if (!File.Exists(path) || segments[0].Header is not { } header)
        {
            return;
        }

        // The log's process holds the file locked: it is read past the lock.
        var text = new byte[64];
        int read;
        try
        {
            using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            read = RandomAccess.Read(file, text, 0);
        }
        catch (IOException)
        {
            report.Note($"{path} is held by the log's process and was not read");
            return;
        }

        if (read > 0 && Encoding.ASCII.GetString(text, 0, read) != header.LogId.ToString("D"))
        {
            report.Add(path, null, new Extent(0, read), $"it does not hold the id of the log, {header.LogId}");
        }
    }
}

/// <param name="End">The first index of the next segment; null for the last one.</param>
internal sealed record SegmentFile(string Path, long First, long Length, SegmentHeader? Header, long? End = null);
