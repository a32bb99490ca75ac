using System.Security.Cryptography;
using System.Text;
using Backbone.Credit.Facts.Files;
using Backbone.Platform.Web.Files;

namespace Backbone.Credit.Facts.Daily;

/// <summary>
/// An agency's folder. The agency writes into it; a file that stands still is moved to <c>taken/</c>, and from there, with its report beside it, to
/// <c>done/</c> or <c>refused/</c>. Each move is a rename: at every moment a file is in one place. The agency may write into those too, so that nothing is
/// believed of what stands there.
/// </summary>
internal sealed class AgencyFolder(string path)
{
    public const string ReportEnd = ".report.csv";

    /// <summary>An empty file beside another, of its name and this, says that it is complete.</summary>
    public const string CompleteEnd = ".ok";

    private const string Taken = "taken";

    /// <summary>Bytes: a name may have 255, and a report's is longer than its file's.</summary>
    private const int LongestName = 200;

    /// <summary>Files that one look sees of a folder: what an agency puts there is without bound, and what a look remembers is not.</summary>
    private const int MostSeen = 10_000;

    /// <summary>How senders call what they have not finished.</summary>
    private static readonly string[] Unfinished = [".tmp", ".part", ".partial", ".filepart", ".crdownload"];

    /// <summary>What the last look saw; null before the first.</summary>
    private Dictionary<string, Seen> before = [];

    public string Path => path;

    public bool IsThere => Directory.Exists(path);

    /// <summary>Looks at what waits, and remembers it for the next look.</summary>
    /// <param name="still">How long a file has been the same when it is ready.</param>
    /// <returns>Oldest names first; those taken and not finished by a host that ended are ready at once. What is no plain file is never ready.</returns>
    public IReadOnlyList<WaitingFile> Look(DateTimeOffset now, TimeSpan still)
    {
        using var folder = HeldFolder.Open(path);
        using var taken = folder.Sub(Taken);
        var found = new Dictionary<string, Seen>(StringComparer.Ordinal);
        var waiting = new List<WaitingFile>();
        foreach (var file in FilesIn(folder))
        {
            var seen = new Seen(Stamp.Of(file), before.TryGetValue(file.Name, out var last) ? last.First : now);
            found[file.Name] = seen;
            var stands = last is not null && last.Stamp == seen.Stamp && now - seen.Stamp.Written >= still;
            waiting.Add(new(file.Name, seen.First, IsReady: (stands || File.Exists(file.FullName + CompleteEnd)) && IsPlain(folder, file.Name), IsTaken: false));
        }

        foreach (var file in FilesIn(taken))
        {
            waiting.Add(new(file.Name, before.TryGetValue(Taken + "/" + file.Name, out var last) ? last.First : now, IsPlain(taken, file.Name), IsTaken: true));
            found[Taken + "/" + file.Name] = new(default, waiting[^1].Since);
        }

        before = found;
        return [.. waiting.OrderByDescending(file => file.IsTaken).ThenBy(file => file.Name, StringComparer.Ordinal)];
    }

    /// <summary>Whether it still waits: another host may have been here since the look.</summary>
    public bool Has(WaitingFile file) => File.Exists(file.IsTaken ? System.IO.Path.Combine(path, Taken, file.Name) : System.IO.Path.Combine(path, file.Name));

    /// <summary>Moves a file to where no sender writes.</summary>
    public string Take(string name)
    {
        using var folder = HeldFolder.Open(path);
        using var into = folder.Sub(Taken);
        var taken = Free(into, Short(name));
        File.Move(folder.In(name), into.In(taken));
        if (File.Exists(folder.In(name + CompleteEnd)))
        {
            File.Delete(folder.In(name + CompleteEnd));
        }

        DirectorySync.Flush(into.Path);
        DirectorySync.Flush(folder.Path);
        return taken;
    }

    /// <returns>Null of a file that changes while it is read: who writes it has it open still.</returns>
    /// <exception cref="IOException">It is no plain file, or not there.</exception>
    public async Task<ReadBytes?> ReadAsync(string name, CancellationToken cancellation)
    {
        using var folder = HeldFolder.Open(path);
        using var taken = folder.Sub(Taken);
        var stamp = Stamp.Of(new(taken.In(name)));
        await using var stream = taken.OpenPlain(name) ?? throw new IOException("A file that was taken is no plain file any more, or may not be read.");
        ReadBytes read;
        if (stamp.Size > FileBounds.MostBytes)
        {
            read = new(null, stamp, await SHA256.HashDataAsync(stream, cancellation));
        }
        else
        {
            var bytes = new byte[stamp.Size];
            await stream.ReadExactlyAsync(bytes, cancellation);
            read = new(bytes, stamp, SHA256.HashData(bytes));
        }

        return IsAsRead(taken, name, stamp) ? read : null;
    }

    /// <summary>Writes the report, then moves the file beside it.</summary>
    /// <param name="read">What was read of it.</param>
    /// <returns>Whether it is what was read; else it stays, and is read again.</returns>
    public bool Finish(string name, ReadBytes read, bool refused, IEnumerable<string> report)
    {
        using var folder = HeldFolder.Open(path);
        using var taken = folder.Sub(Taken);
        using var into = folder.Sub(refused ? "refused" : "done");
        if (!IsAsRead(taken, name, read.Stamp))
        {
            return false;
        }

        var final = FreeWithReport(into, name);
        var unfinished = into.In("." + final + ".tmp");

        // Never written through a link that waits there: what has the name goes, and the file is made anew.
        File.Delete(unfinished);
        using (var stream = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write))
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
            foreach (var line in report)
            {
                writer.Write(line);
            }

            writer.Flush();
            stream.Flush(flushToDisk: true);
        }

        File.Move(unfinished, into.In(final + ReportEnd), overwrite: true);
        File.Move(taken.In(name), into.In(final));
        DirectorySync.Flush(into.Path);
        DirectorySync.Flush(taken.Path);
        return true;
    }

    private static bool IsAsRead(HeldFolder taken, string name, Stamp stamp)
    {
        var file = new FileInfo(taken.In(name));
        return file.Exists && Stamp.Of(file) == stamp;
    }

    private static bool IsPlain(HeldFolder folder, string name)
    {
        using var opened = folder.OpenPlain(name);
        return opened is not null;
    }

    private static IEnumerable<FileInfo> FilesIn(HeldFolder folder) => new DirectoryInfo(folder.Path).EnumerateFiles().Where(file =>
        file.Name[0] != '.'
        && !file.Name.EndsWith(CompleteEnd, StringComparison.OrdinalIgnoreCase)
        && !Unfinished.Any(end => file.Name.EndsWith(end, StringComparison.OrdinalIgnoreCase))).Take(MostSeen);

    /// <summary>The name, or with a number where it is in use: nothing is ever written over.</summary>
    private static string Free(HeldFolder folder, string name) => Numbered(name).First(free => !System.IO.Path.Exists(folder.In(free)));

    /// <summary>
    /// Such a name for a file and its report. A report without its file is of this one, by a host that was killed between the two; but it may be a file of
    /// the agency that is called so, which has a report itself.
    /// </summary>
    private static string FreeWithReport(HeldFolder folder, string name) =>
        Numbered(name).First(free => !System.IO.Path.Exists(folder.In(free)) && !System.IO.Path.Exists(folder.In(free + ReportEnd + ReportEnd)));

    private static IEnumerable<string> Numbered(string name)
    {
        yield return name;
        for (var number = 2; ; number++)
        {
            yield return $"{System.IO.Path.GetFileNameWithoutExtension(name)}-{number}{System.IO.Path.GetExtension(name)}";
        }
    }

    /// <summary>A name whose report's is no longer than a name may be.</summary>
    private static string Short(string name)
    {
        var end = System.IO.Path.GetExtension(name);
        end = Encoding.UTF8.GetByteCount(end) <= LongestName / 2 ? end : "";
        var plain = name[..^end.Length];
        while (Encoding.UTF8.GetByteCount(plain) + Encoding.UTF8.GetByteCount(end) > LongestName)
        {
            plain = plain[..^(char.IsLowSurrogate(plain[^1]) ? 2 : 1)];
        }

        return plain + end;
    }

    private sealed record Seen(Stamp Stamp, DateTimeOffset First);
}

/// <summary>By what a change of a file is noticed.</summary>
internal readonly record struct Stamp(long Size, DateTime Written)
{
    public static Stamp Of(FileInfo file) => new(file.Length, file.LastWriteTimeUtc);
}

/// <summary>What was read of a file.</summary>
/// <param name="Bytes">Null of a file that is too large.</param>
/// <param name="Digest">SHA-256 of the file, however large.</param>
internal sealed record ReadBytes(byte[]? Bytes, Stamp Stamp, byte[] Digest);

/// <param name="Since">When this host first saw it.</param>
/// <param name="IsReady">Whether it may be read.</param>
/// <param name="IsTaken">Whether a host has begun with it.</param>
internal sealed record WaitingFile(string Name, DateTimeOffset Since, bool IsReady, bool IsTaken);
