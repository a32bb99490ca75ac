using System.Collections.Immutable;
using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Backbone.Credit.Batch;

/// <summary>A column being written: numbers of one width, little-endian, nothing else. Counted, hashed, and on disk when it is closed.</summary>
internal sealed class ColumnWriter<T> : IDisposable
    where T : unmanaged
{
    private const int Buffered = 32 * 1024;

    private readonly T[] buffer = new T[Buffered];
    private readonly FileStream file;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private int filled;

    public ColumnWriter(string path)
    {
        file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
    }

    public long Count { get; private set; }

    public void Append(T value)
    {
        if (filled == buffer.Length)
        {
            WriteOut();
        }

        buffer[filled++] = value;
        Count++;
    }

    public void Append(ReadOnlySpan<T> values)
    {
        Count += values.Length;
        while (values.Length > buffer.Length - filled)
        {
            var fits = buffer.Length - filled;
            values[..fits].CopyTo(buffer.AsSpan(filled));
            filled = buffer.Length;
            WriteOut();
            values = values[fits..];
        }

        values.CopyTo(buffer.AsSpan(filled));
        filled += values.Length;
    }

    /// <summary>Brings it to the disk.</summary>
    /// <returns>SHA-256 of the file, lower-case hexadecimal.</returns>
    public string Close()
    {
        WriteOut();
        file.Flush(flushToDisk: true);
        file.Dispose();
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public void Dispose()
    {
        file.Dispose();
        hash.Dispose();
    }

    private void WriteOut()
    {
        var bytes = MemoryMarshal.AsBytes(buffer.AsSpan(0, filled));
        hash.AppendData(bytes);
        file.Write(bytes);
        filled = 0;
    }
}

/// <summary>A column of a file that never changes, in memory as far as the system keeps it there. For all threads.</summary>
internal sealed class Column<T> : IDisposable
    where T : unmanaged
{
    private readonly MemoryMappedFile? file;
    private readonly MemoryMappedViewAccessor? view;

    /// <exception cref="InvalidDataException">The file is missing, or is not as long as so many values.</exception>
    public Column(string path, long count)
    {
        var bytes = count * Unsafe.SizeOf<T>();
        var found = new FileInfo(path) is { Exists: true } info ? info.Length : -1;
        if (found != bytes)
        {
            throw new InvalidDataException($"{Path.GetFileName(path)} has {(found < 0 ? "vanished" : $"{found} bytes")} and should have {bytes} bytes");
        }

        Count = count;
        if (count > 0)
        {
            file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
            view = file.CreateViewAccessor(0, bytes, MemoryMappedFileAccess.Read);
        }
    }

    public long Count { get; }

    public T this[long index]
    {
        get
        {
            Span<T> one = stackalloc T[1];
            Read(index, one);
            return one[0];
        }
    }

    /// <summary>Copies values, as many as there is room for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public void Read(long first, Span<T> into)
    {
        if (first < 0 || into.Length > Count - first)
        {
            throw new ArgumentOutOfRangeException(nameof(first), $"values {first} to {first + into.Length} of {Count}");
        }

        if (into.Length > 0)
        {
            view!.SafeMemoryMappedViewHandle.ReadSpan((ulong)(first * Unsafe.SizeOf<T>()), into);
        }
    }

    public void Dispose()
    {
        view?.Dispose();
        file?.Dispose();
    }
}

/// <summary>Digests of files by name.</summary>
internal static class ColumnDigests
{
    /// <summary>The files whose bytes are not those of the digests; each is read to its end.</summary>
    public static ImmutableArray<string> Differing(string folder, ImmutableSortedDictionary<string, string> digests) =>
        [.. digests.AsParallel().Where(known => Of(Path.Combine(folder, known.Key)) != known.Value).Select(known => known.Key).Order(StringComparer.Ordinal)];

    private static string Of(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 20, FileOptions.SequentialScan);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
