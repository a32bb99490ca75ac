using System.Security.Cryptography;
using System.Text;
using Backbone.Credit.Facts.Files;
using Backbone.Platform.Web.Files;

namespace Backbone.Credit.Facts.Daily;

/// <summary>
/// An agency's folder. The agency writes into it; a file that stands still is moved to <c>taken/</c>, and from there, with its report beside it, to
/// <c>done/</c> or <c>refused/</c>. Each move is a rename: at every moment a file is in one place.
/// </summary>
internal sealed class AgencyFolder(string path)
{
    public const string ReportEnd = ".report.csv";

    /// <summary>An empty file beside another, of its name and this, says that it is complete.</summary>
    public const string CompleteEnd = ".ok";

    private const string Taken = "taken";

    /// <summary>How senders call what they have not finished.</summary>
    private static readonly string[] Unfinished = [".tmp", ".part", ".partial", ".filepart", ".crdownload"];

    /// <summary>What the last look saw; null before the first.</summary>
    private Dictionary<string, Seen> before = [];

    public string Path => path;

    public bool IsThere => Directory.Exists(path);

    /// <summary>Looks at what waits, and remembers it for the next look.</summary>
    /// <param name="still">How long a file has been the same when it is ready.</param>
    /// <returns>Oldest names first; those taken and not finished by a host that ended are ready at once.</returns>
    public IReadOnlyList<WaitingFile> Look(DateTimeOffset now, TimeSpan still)
    {
        var found = new Dictionary<string, Seen>(StringComparer.Ordinal);
        var waiting = new List<WaitingFile>();
        foreach (var file in FilesIn(path))
        {
            var seen = new Seen(file.Length, file.LastWriteTimeUtc, before.TryGetValue(file.Name, out var last) ? last.First : now);
            found[file.Name] = seen;
            var isComplete = File.Exists(file.FullName + CompleteEnd);
            var stands = last is not null && last.Size == seen.Size && last.Written == seen.Written && now - seen.Written >= still;
            waiting.Add(new(file.Name, seen.First, IsReady: file.LinkTarget is null && (isComplete || stands), IsTaken: false));
        }

        foreach (var file in FilesIn(System.IO.Path.Combine(path, Taken)))
        {
            waiting.Add(new(file.Name, before.TryGetValue(Taken + "/" + file.Name, out var last) ? last.First : now, IsReady: file.LinkTarget is null, IsTaken: true));
            found[Taken + "/" + file.Name] = new(0, default, waiting[^1].Since);
        }

        before = found;
        return [.. waiting.OrderByDescending(file => file.IsTaken).ThenBy(file => file.Name, StringComparer.Ordinal)];
    }

    /// <summary>Moves a file to where no sender writes.</summary>
    public string Take(string name)
    {
        var into = Directory.CreateDirectory(System.IO.Path.Combine(path, Taken)).FullName;
        var taken = Free(into, name);
        File.Move(System.IO.Path.Combine(path, name), System.IO.Path.Combine(into, taken));
        File.Delete(System.IO.Path.Combine(path, name) + CompleteEnd);
        DirectorySync.Flush(into);
        DirectorySync.Flush(path);
        return taken;
    }

    public string PathOfTaken(string name) => System.IO.Path.Combine(path, Taken, name);

    /// <summary>Writes the report, then moves the file beside it.</summary>
    public void Finish(string name, bool refused, IEnumerable<string> report)
    {
        var into = Directory.CreateDirectory(System.IO.Path.Combine(path, refused ? "refused" : "done")).FullName;
        var final = Free(into, name);
        var unfinished = System.IO.Path.Combine(into, "." + final + ".tmp");
        using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
            foreach (var line in report)
            {
                writer.Write(line);
            }

            writer.Flush();
            stream.Flush(flushToDisk: true);
        }

        File.Move(unfinished, System.IO.Path.Combine(into, final + ReportEnd), overwrite: true);
        File.Move(PathOfTaken(name), System.IO.Path.Combine(into, final));
        DirectorySync.Flush(into);
        DirectorySync.Flush(System.IO.Path.Combine(path, Taken));
    }

    /// <returns>The bytes, or null with the size of a file that is too large; and the digest of either.</returns>
    public async Task<(byte[]? Bytes, long Size, byte[] Digest)> ReadAsync(string name, CancellationToken cancellation)
    {
        await using var stream = new FileStream(PathOfTaken(name), FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true);
        if (stream.Length > FileBounds.MostBytes)
        {
            return (null, stream.Length, await SHA256.HashDataAsync(stream, cancellation));
        }

        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes, cancellation);
        return (bytes, bytes.Length, SHA256.HashData(bytes));
    }

    private static IEnumerable<FileInfo> FilesIn(string folder)
    {
        var directory = new DirectoryInfo(folder);
        return !directory.Exists ? [] : directory.EnumerateFiles().Where(file =>
            file.Name[0] != '.'
            && !file.Name.EndsWith(CompleteEnd, StringComparison.OrdinalIgnoreCase)
            && !Unfinished.Any(end => file.Name.EndsWith(end, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>The name, or with a number where it is in use: nothing is ever written over.</summary>
    private static string Free(string folder, string name)
    {
        for (var number = 1; ; number++)
        {
            var free = number == 1 ? name : $"{System.IO.Path.GetFileNameWithoutExtension(name)}-{number}{System.IO.Path.GetExtension(name)}";
            if (!File.Exists(System.IO.Path.Combine(folder, free)))
            {
                return free;
            }
        }
    }

    private sealed record Seen(long Size, DateTime Written, DateTimeOffset First);
}

/// <param name="Since">When this host first saw it.</param>
/// <param name="IsReady">Whether it may be read.</param>
/// <param name="IsTaken">Whether a host has begun with it.</param>
internal sealed record WaitingFile(string Name, DateTimeOffset Since, bool IsReady, bool IsTaken);
