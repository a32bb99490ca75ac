using Backbone.Platform.Web.Files;

namespace Backbone.Audit.Storage;

/// <summary>A small file that is only ever replaced whole: written aside, fsynced, renamed, its folder fsynced. A crash leaves the old or the new.</summary>
internal static class ReplacedFile
{
    /// <summary>Durable when it returns. One writer per file.</summary>
    /// <param name="path">In a folder that exists.</param>
    /// <param name="bytes">All of it.</param>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var aside = path + ".new";
        using (var file = File.OpenHandle(aside, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            RandomAccess.Write(file, bytes, 0);
            RandomAccess.FlushToDisk(file);
        }

        File.Move(aside, path, overwrite: true);
        DirectorySync.Flush(Path.GetDirectoryName(path)!);
    }
}
