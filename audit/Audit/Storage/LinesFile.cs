using Backbone.Platform.Web.Files;
using Backbone.Platform.Web.Keys;

namespace Backbone.Audit.Storage;

/// <summary>A file of lines that only grows, its owner's alone (0600 in a folder of 0700). One writer at a time, which the caller sees to.</summary>
internal static class LinesFile
{
    /// <summary>Durable when it returns. What a crash cut off before does not swallow the first of the lines.</summary>
    /// <param name="path">In a folder that is made where it is missing.</param>
    /// <param name="lines">Each ended by a line feed.</param>
    /// <exception cref="IOException">The disk refused; a part of the lines may be there.</exception>
    public static void Append(string path, ReadOnlySpan<byte> lines)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        PrivateFile.CreateFolder(folder);
        var isNew = !File.Exists(path);
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(path, options))
        {
            if (file.Length > 0)
            {
                file.Seek(-1, SeekOrigin.End);
                if (file.ReadByte() != '\n')
                {
                    file.Write("\n"u8);
                }
            }

            file.Write(lines);
            file.Flush(flushToDisk: true);
        }

        if (isNew)
        {
            DirectorySync.Flush(folder);
        }
    }
}
