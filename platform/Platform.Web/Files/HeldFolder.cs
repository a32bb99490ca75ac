using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Backbone.Platform.Web.Files;

/// <summary>
/// A folder that others write into, held open while it is worked in: whatever they put in its place by then, a link or another folder, names in it are names
/// in this one. Of its files only plain ones are opened, never what a link leads to, and nothing that makes a reader wait. On Linux; elsewhere links are
/// looked for before, and who is quick enough comes in between.
/// </summary>
public sealed partial class HeldFolder : IDisposable
{
    private const int ReadOnly = 0;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    /// <summary>The folder, for its numbers on other systems; null where it is held by its name alone.</summary>
    private readonly SafeFileHandle? held;
    private readonly string name;

    private HeldFolder(SafeFileHandle? held, string name) => (this.held, this.name) = (held, name);

    /// <summary>What it is called now, for this process alone.</summary>
    public string Path => held is null ? name : $"/proc/self/fd/{held.DangerousGetHandle()}";

    private static bool Holds { get; } = OperatingSystem.IsLinux() && Directory.Exists("/proc/self/fd")
        && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <summary>These two have other numbers on ARM.</summary>
    private static (int Directory, int NoFollow) Flags =>
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? (0x4000, 0x8000) : (0x10000, 0x20000);

    /// <summary>A folder that the operator named, by a link too.</summary>
    /// <exception cref="IOException">It is not there, or may not be read.</exception>
    public static HeldFolder Open(string path) =>
        new(Holds ? Descriptor(path, Flags.Directory) ?? throw Failed(path) : Directory.Exists(path) ? null : throw new DirectoryNotFoundException(path), path);

    /// <summary>A folder in this one, made where there is none.</summary>
    /// <exception cref="IOException">A link, or no folder.</exception>
    public HeldFolder Sub(string folder)
    {
        var path = In(folder);
        if (!new DirectoryInfo(path).Exists)
        {
            Directory.CreateDirectory(path);
        }

        return Holds
            ? new(Descriptor(path, Flags.Directory | Flags.NoFollow) ?? throw Failed(folder), path)
            : new DirectoryInfo(path).LinkTarget is null ? new(null, path) : throw new IOException($"{folder} is a link.");
    }

    public string In(string file) => System.IO.Path.Combine(Path, file);

    /// <summary>Opens a plain file.</summary>
    /// <returns>Null when it is something else, or may not be read.</returns>
    public FileStream? OpenPlain(string file)
    {
        if (!Holds)
        {
            return new FileInfo(In(file)).LinkTarget is null ? new(In(file), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1) : null;
        }

        if (Descriptor(In(file), NonBlocking | Flags.NoFollow) is not { } opened)
        {
            return null;
        }

        try
        {
            // A pipe or a device has no places.
            var stream = new FileStream(opened, FileAccess.Read, bufferSize: 1);
            if (stream.CanSeek)
            {
                return stream;
            }

            stream.Dispose();
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            opened.Dispose();
            return null;
        }
    }

    public void Dispose() => held?.Dispose();

    private static SafeFileHandle? Descriptor(string path, int flags) =>
        Open(path, ReadOnly | CloseOnExec | flags) is >= 0 and var descriptor ? new(descriptor, ownsHandle: true) : null;

    private static IOException Failed(string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new($"open of {path}: {Marshal.GetPInvokeErrorMessage(error)} (errno {error})");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
