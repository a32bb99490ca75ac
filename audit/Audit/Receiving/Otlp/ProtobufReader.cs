using System.Buffers.Binary;
using System.Text;

namespace Backbone.Audit.Receiving.Otlp;

/// <summary>The bytes are no message of the form that was expected. The message says what, never the bytes.</summary>
internal sealed class OtlpFormatException(string message) : Exception(message);

/// <summary>
/// Reads one Protocol Buffers message field by field, without a copy and without objects: a sender cannot make it hold more than was sent.
/// (A generated parser builds a hundred bytes of objects for two bytes on the wire before anybody can count.)
/// </summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int LengthDelimited = 2;
    private const int Fixed32 = 5;
    private const int LongestVarint = 10;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> rest = message;

    /// <summary>The field's number, after <see cref="Next"/>.</summary>
    public int Field { get; private set; }

    /// <summary>The value where it is a number; the bits of a fixed one.</summary>
    public ulong Number { get; private set; }

    /// <summary>The value where it has a length: text, bytes, or a message.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Where the next field starts, counted from the end.</summary>
    public readonly int Left => rest.Length;

    private int wire;

    /// <exception cref="OtlpFormatException">Neither a field nor the end.</exception>
    public bool Next()
    {
        if (rest.IsEmpty)
        {
            return false;
        }

        var tag = ReadVarint();
        Field = tag >> 3 is > 0 and <= (1 << 29) - 1 and var field ? (int)field : throw new OtlpFormatException("a field number is out of range");
        wire = (int)(tag & 7);
        Bytes = default;
        Number = wire switch
        {
            Varint => ReadVarint(),
            Fixed64 => BinaryPrimitives.ReadUInt64LittleEndian(Take(8)),
            Fixed32 => BinaryPrimitives.ReadUInt32LittleEndian(Take(4)),
            LengthDelimited => 0,
            _ => throw new OtlpFormatException("a field is of a wire type that is not used any more"),
        };
        if (wire == LengthDelimited)
        {
            Bytes = Take(ReadVarint());
        }

        return true;
    }

    /// <summary>The value as a message or bytes.</summary>
    public readonly ReadOnlySpan<byte> Delimited() =>
        wire == LengthDelimited ? Bytes : throw new OtlpFormatException($"field {Field} is not of the declared type");

    /// <summary>The value as text, in UTF-8.</summary>
    public readonly string Text()
    {
        try
        {
            return Strict.GetString(Delimited());
        }
        catch (DecoderFallbackException)
        {
            throw new OtlpFormatException($"field {Field} is not UTF-8");
        }
    }

    /// <summary>The value as an integer of whatever width.</summary>
    public readonly ulong Integer() => wire != LengthDelimited ? Number : throw new OtlpFormatException($"field {Field} is not of the declared type");

    public readonly double Real() =>
        wire == Fixed64 ? BitConverter.UInt64BitsToDouble(Number) : throw new OtlpFormatException($"field {Field} is not of the declared type");

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (var i = 0; i < LongestVarint && i < rest.Length; i++)
        {
            value |= (ulong)(rest[i] & 0x7f) << (7 * i);
            if (rest[i] < 0x80)
            {
                rest = rest[(i + 1)..];
                return value;
            }
        }

        throw new OtlpFormatException("a number is cut off or too long");
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)rest.Length)
        {
            throw new OtlpFormatException("a field is cut off");
        }

        var taken = rest[..(int)length];
        rest = rest[(int)length..];
        return taken;
    }
}
