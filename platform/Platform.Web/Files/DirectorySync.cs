using System.Runtime.InteropServices;

namespace Backbone.Platform.Web.Files;

/// <summary>
/// fsync of a directory, without which a new file's name may not survive a power cut. No managed call does it (dotnet/runtime#32600);
/// Windows has no such call and keeps names in its own journal.
/// </summary>
public static partial class DirectorySync
{
    private const int ReadOnly = 0;

    public static void Flush(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(directory, ReadOnly);
        if (descriptor < 0)
        {
            throw Failed("open", directory);
        }

        try
        {
            if (Fsync(descriptor) != 0)
            {
                throw Failed("fsync", directory);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>Everything written before to the file system that holds the directory is durable when it returns (syncfs, Linux).</summary>
    public static void FlushFileSystem(string directory)
    {
        if (!OperatingSystem.IsLinux())
        {
            Flush(directory);
            return;
        }

        var descriptor = Open(directory, ReadOnly);
        if (descriptor < 0)
        {
            throw Failed("open", directory);
        }

        try
        {
            if (Syncfs(descriptor) != 0)
            {
                throw Failed("syncfs", directory);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failed(string call, string directory)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{call} of directory {directory}: {Marshal.GetPInvokeErrorMessage(error)} (errno {error})");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int Syncfs(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
