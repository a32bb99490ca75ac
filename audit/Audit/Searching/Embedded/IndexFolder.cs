using System.Collections.Immutable;
using System.Security.Cryptography;
using Backbone.Platform.Web.Files;
using DuckDB.NET.Data;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// The files on disk. A file is written aside, fsynced, named by one rename, and its folder fsynced: what has a name is whole, unless somebody
/// or something changed it later, which its name betrays.
/// </summary>
internal sealed class IndexFolder(string folder, IndexDatabase database)
{
    /// <summary>Where the engine puts what does not fit into its memory.</summary>
    public const string Overflow = "overflow";

    /// <summary>The same for the engine of a merge.</summary>
    public const string MergeOverflow = "overflow-merging";

    private const string Aside = ".writing";

    private int written;

    public string Place => folder;

    public string PathOf(IndexFile file) => Path.Combine(folder, file.Name);

    /// <summary>Deletes what no start can use: files half written, of another version, and what the engine left behind.</summary>
    /// <returns>The rest, in order of range; nothing of their content has been looked at.</returns>
    public IReadOnlyList<IndexFile> List()
    {
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        foreach (var left in ((string[])[Overflow, MergeOverflow]).Select(name => Path.Combine(folder, name)).Where(Directory.Exists))
        {
            Directory.Delete(left, recursive: true);
        }

        List<IndexFile> files = [];
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            var name = Path.GetFileName(path);
            if (IndexFile.Parse(name) is { } file)
            {
                files.Add(file);
            }
            else if (name.EndsWith(Aside, StringComparison.Ordinal) || name.EndsWith(IndexFile.Extension, StringComparison.Ordinal))
            {
                File.Delete(path);
            }
        }

        return [.. files.OrderBy(file => file.First).ThenByDescending(file => file.End)];
    }

    /// <summary>The file with its columns; null when it is missing or cannot be what its name says. Reads its end and one small column.</summary>
    /// <exception cref="DuckDBException">The engine failed in a way that says nothing of the file.</exception>
    public IndexFile? Open(IndexFile file)
    {
        if (!HasLength(file))
        {
            return null;
        }

        try
        {
            var path = SqlText.Of(PathOf(file));
            var rows = database.Read($"SELECT num_rows FROM parquet_file_metadata({path})", row => row.GetInt64(0)).Single();
            var columns = database.Read($"SELECT name FROM parquet_schema({path})", row => IndexColumns.Find(row.GetString(0)))
                .OfType<IndexColumn>().ToHashSet();
            return rows == file.Rows && columns.Contains(IndexColumns.Time) ? file with { Columns = columns, Pairs = PairsOf(path, columns) } : null;
        }
        catch (DuckDBException failure) when (EngineFailure.MayBeDamage(failure))
        {
            return null;
        }
    }

    /// <summary>Reads the whole file.</summary>
    public bool IsIntact(IndexFile file, CancellationToken cancellation)
    {
        if (!HasLength(file))
        {
            return false;
        }

        using var stream = new FileStream(PathOf(file), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        return DigestOf(stream, cancellation) == file.Digest;
    }

    /// <summary>Writes what a query gives into a file of its own.</summary>
    /// <param name="query">Rows in order of leaf.</param>
    /// <param name="name">Tells the file's name but for length and digest.</param>
    /// <param name="columns">Those the query gives.</param>
    /// <param name="rowGroup">Rows that are held in memory until they are written, and passed over together where none of them can match.</param>
    /// <param name="cancellation">Leaves nothing, like any other failure: on a full disk the remains of each attempt would fill it further.</param>
    public IndexFile Write(string query, IndexFile name, HashSet<IndexColumn> columns, int rowGroup, CancellationToken cancellation)
    {
        var aside = Path.Combine(folder, $"{name.First}-{Interlocked.Increment(ref written)}{Aside}");
        try
        {
            return WriteAside(aside, query, name, columns, rowGroup, cancellation);
        }
        catch
        {
            try
            {
                File.Delete(aside);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // Then the next start deletes it.
            }

            throw;
        }
    }

    private IndexFile WriteAside(string aside, string query, IndexFile name, HashSet<IndexColumn> columns, int rowGroup, CancellationToken cancellation)
    {
        database.Execute(
            FormattableString.Invariant(
                $"COPY ({query}) TO {SqlText.Of(aside)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE {rowGroup})"),
            cancellation);
        IndexFile file;
        using (var stream = new FileStream(aside, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1))
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(stream.SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            file = name with { Bytes = stream.Length, Digest = DigestOf(stream, CancellationToken.None), Columns = columns };
            stream.Flush(flushToDisk: true);
        }

        File.Move(aside, PathOf(file), overwrite: true);
        DirectorySync.Flush(folder);
        return file;
    }

    private ImmutableArray<PairFilter> PairsOf(string path, HashSet<IndexColumn> columns)
    {
        var (index, pairs) = (IndexColumns.Sequence.Quoted, IndexColumns.Pairs.Quoted);
        return !columns.Contains(IndexColumns.Pairs) ? [] :
        [
            .. database.Read($"SELECT {index}, to_base64({pairs}) FROM read_parquet({path}) WHERE {pairs} IS NOT NULL",
                row => new PairFilter(row.GetInt64(0), Convert.FromBase64String(row.GetString(1)))).OrderBy(filter => filter.First),
        ];
    }

    public void Delete(IndexFile file) => File.Delete(PathOf(file));

    private static string DigestOf(FileStream stream, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[256 * 1024];
        for (var read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..IndexFile.DigestDigits];
    }

    private bool HasLength(IndexFile file) => new FileInfo(PathOf(file)) is { Exists: true } info && info.Length == file.Bytes;
}
