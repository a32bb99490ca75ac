using Backbone.Platform.Web.Keys;

namespace Backbone.Audit.Storage;

/// <summary>
/// A file that one holder at a time has open, in whichever process: while it is held, what it guards is its holder's alone. The lock falls with the
/// process, so a crash leaves none behind; the file stays and says nothing.
/// </summary>
internal static class LockedFile
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(5);

    /// <summary>Held until it is disposed of; null when another holds it.</summary>
    /// <param name="path">In a folder that is made where it is missing.</param>
    /// <exception cref="UnauthorizedAccessException">The file is somebody else's.</exception>
    public static FileStream? TryHold(string path)
    {
        PrivateFile.CreateFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    /// <summary>Waits for whoever holds it, for work that takes a moment.</summary>
    /// <param name="path">In a folder that is made where it is missing.</param>
    /// <param name="longest">Whoever has not let go by then is stuck.</param>
    /// <exception cref="IOException">It was held all the time.</exception>
    public static FileStream Hold(string path, TimeSpan longest)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var pause = new ManualResetEvent(false);
        while (true)
        {
            if (TryHold(path) is { } held)
            {
                return held;
            }

            if (TimeProvider.System.GetElapsedTime(began) >= longest)
            {
                throw new IOException($"{path}: another process has held it for {longest.TotalSeconds} s");
            }

            pause.WaitOne(Between);
        }
    }
}
