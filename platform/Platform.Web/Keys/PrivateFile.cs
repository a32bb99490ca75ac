using System.Security.Cryptography;

namespace Backbone.Platform.Web.Keys;

/// <summary>
/// Files whose reader gains something: keys, secrets. Mode 0600 in a folder of mode 0700, whole or not there at all, on disk before they
/// have their name. On Windows the folder's own rights decide.
/// </summary>
public static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OthersMay = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Makes the file, and its folder when there is none. Never overwrites: of two that come at once, one creates and both read the same.</summary>
    /// <returns>False when another had made it.</returns>
    public static bool Create(string path, ReadOnlySpan<byte> content)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        CreateFolder(folder);
        var draft = Path.Combine(folder, $".{Path.GetFileName(path)}.{RandomNumberGenerator.GetHexString(8)}");
        try
        {
            Write(draft, content);
            File.Move(draft, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process made it between the caller's look and the move.
            return false;
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
