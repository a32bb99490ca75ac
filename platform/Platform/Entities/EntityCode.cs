using System.Diagnostics.CodeAnalysis;

namespace Backbone.Platform.Entities;

/// <summary>
/// The unified social credit code of an organisation (统一社会信用代码, GB 32100-2015), the only key of an entity in this system. It holds no
/// natural person: individual businesses (department 9, class 2) and resident identity numbers are refused where a code is read, so that
/// nothing behind this type can store, join or score one. 18 characters of 31, kept as one number whose order is the order of the text.
/// </summary>
public readonly struct EntityCode : IEquatable<EntityCode>, IComparable<EntityCode>, ISpanFormattable
{
    /// <summary>Characters of a code.</summary>
    public const int Length = 18;

    private readonly UInt128 packed;

    private EntityCode(UInt128 packed) => this.packed = packed;

    /// <summary>No code at all: the value of a field that was never set. It has no text.</summary>
    public bool IsNone => packed == UInt128.Zero;

    /// <summary>The code as a number below 31^18, for files of fixed width; ascending as the texts are.</summary>
    public UInt128 Packed => packed;

    /// <summary>Reads what a person or another system wrote: trimmed, full-width to half-width, upper case, spaces left out. Never repaired.</summary>
    /// <param name="text">Any text; beyond 64 characters it is refused without a look at them.</param>
    public static EntityCodeReading Read(ReadOnlySpan<char> text)
    {
        Span<char> code = stackalloc char[EntityCodeText.Longest];
        var length = EntityCodeText.Normalise(text, code);
        return EntityCodeRules.Read(code[..Math.Min(length, code.Length)], length);
    }

    /// <summary>Reads a code that the system itself wrote.</summary>
    /// <exception cref="FormatException">It is none; the message names the fault, never the text, which may be a person's.</exception>
    public static EntityCode Parse(ReadOnlySpan<char> text)
    {
        var reading = Read(text);
        return reading.Fault == EntityCodeFault.None ? reading.Code : throw new FormatException($"not a unified social credit code: {reading.Fault}");
    }

    /// <summary>The code of a number that <see cref="Packed"/> gave.</summary>
    /// <exception cref="FormatException">The number is no code's: a damaged file.</exception>
    public static EntityCode FromPacked(UInt128 number)
    {
        Span<char> text = stackalloc char[Length];
        Unpack(number, text);
        return Parse(text);
    }

    /// <summary>The code of what stands before its two checks: for simulated registries and demonstration data.</summary>
    /// <param name="start">8 characters: department, class, region.</param>
    /// <param name="organisation">8 characters of the organisation code, without its check.</param>
    /// <exception cref="FormatException">It is none in scope; the message names the fault.</exception>
    public static EntityCode Compose(ReadOnlySpan<char> start, ReadOnlySpan<char> organisation)
    {
        if (start.Length != 8 || organisation.Length != 8 || start.ContainsAnyExcept(EntityCodeText.Letters) || organisation.ContainsAnyExcept(EntityCodeText.Letters))
        {
            throw new FormatException($"a code is composed of 8 and 8 characters of {EntityCodeText.Alphabet}");
        }

        Span<char> text = stackalloc char[Length];
        start.CopyTo(text);
        organisation.CopyTo(text[8..]);
        text[16] = EntityCodeRules.OrganisationCheck(organisation);
        text[17] = EntityCodeRules.Check(text);
        return Parse(text);
    }

    /// <summary>Department, class, region and names of what the code says.</summary>
    public EntityCodeParts Parts
    {
        get
        {
            Span<char> text = stackalloc char[Length];
            Unpack(packed, text);
            return EntityCodeParts.Of(text);
        }
    }

    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null)
    {
        charsWritten = 0;
        if (IsNone)
        {
            return true;
        }

        if (destination.Length < Length)
        {
            return false;
        }

        Unpack(packed, destination[..Length]);
        charsWritten = Length;
        return true;
    }

    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    public override string ToString() => IsNone ? "" : string.Create(Length, packed, static (text, number) => Unpack(number, text));

    public bool Equals(EntityCode other) => packed == other.packed;

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is EntityCode other && Equals(other);

    public override int GetHashCode() => packed.GetHashCode();

    public int CompareTo(EntityCode other) => packed.CompareTo(other.packed);

    public static bool operator ==(EntityCode left, EntityCode right) => left.Equals(right);

    public static bool operator !=(EntityCode left, EntityCode right) => !left.Equals(right);

    public static bool operator <(EntityCode left, EntityCode right) => left.packed < right.packed;

    public static bool operator >(EntityCode left, EntityCode right) => left.packed > right.packed;

    public static bool operator <=(EntityCode left, EntityCode right) => left.packed <= right.packed;

    public static bool operator >=(EntityCode left, EntityCode right) => left.packed >= right.packed;

    /// <summary>Only for a text that passed every check.</summary>
    internal static EntityCode FromChecked(ReadOnlySpan<char> text)
    {
        // Seventeen characters and one: 31^9 fits in 64 bits, so two products and no division of 128 bits.
        ulong high = 0, low = 0;
        for (var i = 0; i < 9; i++)
        {
            high = high * 31 + (uint)EntityCodeText.Digit(text[i]);
        }

        for (var i = 9; i < Length; i++)
        {
            low = low * 31 + (uint)EntityCodeText.Digit(text[i]);
        }

        return new((UInt128)high * HalfRange + low);
    }

    private const ulong HalfRange = 26_439_622_160_671; // 31^9

    private static void Unpack(UInt128 number, Span<char> text)
    {
        var (high, low) = UInt128.DivRem(number, HalfRange);
        Write((ulong)low, text[9..Length]);
        Write((ulong)(high % HalfRange), text[..9]);
    }

    private static void Write(ulong number, Span<char> text)
    {
        for (var i = text.Length - 1; i >= 0; i--)
        {
            text[i] = EntityCodeText.Alphabet[(int)(number % 31)];
            number /= 31;
        }
    }
}
