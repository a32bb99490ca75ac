using System.Globalization;
using Backbone.Audit.Log;
using Backbone.Audit.Log.Tiles;
using Backbone.Platform.Web.Files;

namespace Backbone.Audit.Integrating;

/// <summary>
/// The log as static files in the forms of tlog-tiles; any web server could serve the folder. Written by one owner, the integrator; every
/// file appears whole under its name or not at all. Nothing in here is the record: the segments are, and all of it can be made again.
/// </summary>
internal sealed class TlogFolder(string root)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string Root => root;

    public string CheckpointPath => Path.Combine(root, "checkpoint");

    /// <summary>Older checkpoints, by size: an hour's last, and the newest hundred.</summary>
    public string KeptCheckpoints => Path.Combine(root, "checkpoints");

    /// <param name="relative">A path of tlog-tiles, "tile/0/x001/067.p/5".</param>
    public string PathOf(string relative) => Path.Combine(root, relative.Replace('/', Path.DirectorySeparatorChar));

    public byte[]? Read(string relative)
    {
        try
        {
            return File.ReadAllBytes(PathOf(relative));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>A tile of that width, from the partial file or the full one.</summary>
    /// <exception cref="LogFormatException">Neither is there whole.</exception>
    public ReadOnlyMemory<byte> ReadTile(TileId tile)
    {
        var bytes = tile.IsFull ? null : Read(tile.Path);
        bytes ??= Read((tile with { Width = Tile.FullWidth }).Path);
        return bytes is not null && bytes.Length >= tile.Bytes
            ? bytes.AsMemory(0, tile.Bytes)
            : throw new LogFormatException($"{PathOf(tile.Path)}: {tile.Bytes} bytes are needed, {bytes?.Length ?? 0} are there");
    }

    /// <summary>The file is there whole when it returns; it is durable after <see cref="Flush"/>.</summary>
    public void Write(string relative, ReadOnlySpan<byte> bytes, bool durable = false)
    {
        var path = PathOf(relative);
        var aside = path + ".new";
        FileStream file;
        try
        {
            file = Open(aside);
        }
        catch (DirectoryNotFoundException)
        {
            CreateFolder(Path.GetDirectoryName(path)!);
            file = Open(aside);
        }

        using (file)
        {
            file.Write(bytes);
            if (durable)
            {
                file.Flush(flushToDisk: true);
            }
        }

        File.Move(aside, path, overwrite: true);
        if (durable)
        {
            DirectorySync.Flush(Path.GetDirectoryName(path)!);
        }
    }

    /// <summary>The partial tiles of one tile, once the whole one is there.</summary>
    public void DeletePartials(string fullTile)
    {
        var partials = PathOf(fullTile) + ".p";
        if (Directory.Exists(partials))
        {
            Directory.Delete(partials, recursive: true);
        }
    }

    /// <summary>
    /// Deletes the entry bundles that end at or before the index. Their names go up with it, so it goes down from there until one is missing:
    /// what is left of an earlier deletion lies above what that one deleted.
    /// </summary>
    public void DeleteBundlesBelow(long index)
    {
        for (var number = index / Tile.FullWidth - 1; number >= 0; number--)
        {
            var path = PathOf(new BundleId(number).Path);
            if (!File.Exists(path))
            {
                break;
            }

            File.Delete(path);
        }
    }

    /// <summary>Everything written before is durable when it returns: one system call for however many files there are.</summary>
    public void Flush() => DirectorySync.FlushFileSystem(root);

    public IEnumerable<long> KeptSizes() => Directory.Exists(KeptCheckpoints)
        ? Directory.EnumerateFiles(KeptCheckpoints).Select(file => Path.GetFileName(file))
            .Where(name => long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(name => long.Parse(name, CultureInfo.InvariantCulture)).Order()
        : [];

    public DateTimeOffset WrittenAt(string relative) => new(File.GetLastWriteTimeUtc(PathOf(relative)), TimeSpan.Zero);

    public void Create() => CreateFolder(root);

    private static FileStream Open(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(path, options);
    }

    private static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        }
    }
}
