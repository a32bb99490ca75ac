using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Backbone.Platform.Web.Files;

namespace Backbone.Platform.Web.Keys;

/// <summary>
/// Files whose reader gains something: keys, secrets. Mode 0600 in a folder of mode 0700, whole or not there at all, on disk with their
/// name before anything is made with them. On Windows the folder's own rights decide.
/// </summary>
public static partial class PrivateFile
{
    private const int AlreadyExists = 17;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OthersMay = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Makes the file, and its folder when there is none. Never overwrites: of two that come at once, one creates and both read the same.</summary>
    /// <returns>False when another had made it.</returns>
    /// <exception cref="IOException">The disk refused; nothing is left of it.</exception>
    public static bool Create(string path, ReadOnlySpan<byte> content)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        CreateFolder(folder);
        var draft = Path.Combine(folder, $".{Path.GetFileName(path)}.{RandomNumberGenerator.GetHexString(8)}");
        try
        {
            Write(draft, content);
            if (!TryName(draft, path))
            {
                return false;
            }

            DirectorySync.Flush(folder);
            return true;
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <summary>What others than the owner may do with the file; none is right. Always none on Windows.</summary>
    public static UnixFileMode RightsOfOthers(string path) =>
        OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(path) & OthersMay;

    public static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    /// <summary>
    /// Gives the draft its name unless another has it, in one step of the file system. <see cref="File.Move(string, string, bool)"/> does
    /// not: on Unix it looks whether the name is free and then renames over whatever is there by then.
    /// </summary>
    internal static bool TryName(string draft, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            try
            {
                File.Move(draft, path, overwrite: false);
                return true;
            }
            catch (IOException) when (File.Exists(path))
            {
                return false;
            }
        }

        if (Link(draft, path) == 0)
        {
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        return error == AlreadyExists
            ? false
            : throw new IOException($"link of {path}: {Marshal.GetPInvokeErrorMessage(error)} (errno {error})");
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string name);

    private static void Write(string path, ReadOnlySpan<byte> content)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using var file = new FileStream(path, options);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }
}
