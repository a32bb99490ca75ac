namespace Backbone.Audit.Verifier.Sources;

/// <summary>What cannot be read or reached: the run ends with exit code 3, since nothing was found out about it.</summary>
internal sealed class UnreadableException(string what, Exception? cause = null) : Exception(what, cause);

/// <summary>A file's bytes, in a buffer that is used again and again by one thread.</summary>
internal sealed class FileBuffer
{
    private byte[] bytes = new byte[16 * 1024];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> Memory => bytes.AsMemory(0, Length);

    /// <summary>Room for that many bytes; what was there is kept.</summary>
    public Span<byte> Reserve(int length)
    {
        if (bytes.Length < length)
        {
            Array.Resize(ref bytes, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)length));
        }

        Length = length;
        return bytes.AsSpan(0, length);
    }
}

/// <summary>
/// The static files of a log, wherever they are. Two implementations: a folder, and an address. Reading blocks: callers bring as many
/// threads as there may be reads at once. Thread-safe.
/// </summary>
internal abstract class LogFiles : IDisposable
{
    /// <summary>How many reads at once serve best.</summary>
    public abstract int Concurrency { get; }

    /// <summary>How a person finds that file.</summary>
    public abstract string NameOf(string path);

    /// <summary>False if there is no such file. One byte more than <paramref name="most"/> is read of a file that is too long, no more.</summary>
    /// <exception cref="UnreadableException">It may be there and cannot be read.</exception>
    public abstract bool TryRead(string path, int most, FileBuffer buffer);

    /// <summary>The names in a folder below the prefix; nothing where folders cannot be listed.</summary>
    public virtual IReadOnlyList<string> List(string folder)
    {
        return [];
    }

    public virtual void Dispose()
    {
    }
}
