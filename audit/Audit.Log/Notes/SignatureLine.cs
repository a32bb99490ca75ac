using System.Buffers.Binary;

namespace Backbone.Audit.Log.Notes;

/// <summary>One line <c>— name base64(key id ‖ signature)</c> of a note. What it claims is proven only by a <see cref="VerifierKey"/>.</summary>
public sealed record SignatureLine(string Name, uint KeyId, ReadOnlyMemory<byte> Signature)
{
    private const string Start = "\u2014 ";
    private const int KeyIdBytes = 4;

    /// <summary>The line without its newline.</summary>
    /// <exception cref="LogFormatException">It is no signature line.</exception>
    public static SignatureLine Parse(string line)
    {
        var space = line.LastIndexOf(' ');
        if (!line.StartsWith(Start, StringComparison.Ordinal) || space <= Start.Length)
        {
            throw new LogFormatException("a signature line is an em dash, a space, the key's name, a space and base64");
        }

        var name = line[Start.Length..space];
        if (!KeyName.IsValid(name))
        {
            throw new LogFormatException("the key name of a signature line is empty or has a space, a plus or a control character");
        }

        var bytes = StrictText.Base64(line[(space + 1)..], "a signature");
        return bytes.Length > KeyIdBytes
            ? new SignatureLine(name, BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes.AsMemory(KeyIdBytes))
            : throw new LogFormatException($"a signature has {bytes.Length} bytes, not even one beside the key id's {KeyIdBytes}");
    }

    /// <summary>Without a newline.</summary>
    public override string ToString()
    {
        var bytes = new byte[KeyIdBytes + Signature.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, KeyId);
        Signature.Span.CopyTo(bytes.AsSpan(KeyIdBytes));
        return $"{Start}{Name} {Convert.ToBase64String(bytes)}";
    }

    public bool Equals(SignatureLine? other)
    {
        return other is not null && Name == other.Name && KeyId == other.KeyId && Signature.Span.SequenceEqual(other.Signature.Span);
    }

    public override int GetHashCode()
    {
        return HashCode.Combine(Name, KeyId, Signature.Length);
    }
}
