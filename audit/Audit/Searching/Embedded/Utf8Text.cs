namespace Backbone.Audit.Searching.Embedded;

/// <summary>UTF-8 bytes that grow. One owner; cleared and used again.</summary>
internal sealed class Utf8Text
{
    /// <summary>Bytes kept when it is cleared: one long text would hold its memory in each row it ever passed.</summary>
    private const int Kept = 16 * 1_024;

    private byte[] bytes = new byte[1_024];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => bytes.AsSpan(0, Length);

    /// <summary>The last byte, or 0 when there is none.</summary>
    public byte Last => Length > 0 ? bytes[Length - 1] : (byte)0;

    public void Clear()
    {
        Length = 0;
        if (bytes.Length > Kept)
        {
            bytes = new byte[1_024];
        }
    }

    public void CutTo(int length) => Length = length;

    public void Add(byte one)
    {
        Grow(1)[0] = one;
        Length++;
    }

    public void Add(ReadOnlySpan<byte> more)
    {
        more.CopyTo(Grow(more.Length));
        Length += more.Length;
    }

    public void Add(string text) => Length += System.Text.Encoding.UTF8.GetBytes(text, Grow(System.Text.Encoding.UTF8.GetMaxByteCount(text.Length)));

    /// <summary>Room for so many bytes after the end; what is used of it is told by <see cref="CutTo"/>.</summary>
    public Span<byte> Grow(int most)
    {
        if (Length + most > bytes.Length)
        {
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, Length + most));
        }

        return bytes.AsSpan(Length);
    }
}
