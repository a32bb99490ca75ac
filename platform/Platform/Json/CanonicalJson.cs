using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Backbone.Platform.Json;

/// <summary>
/// Writes JSON in the canonical form of RFC 8785: no white space, only the escapes of its section 3.2.2.2, lower-case hex.
/// The caller writes properties in order of their names. <c>Utf8JsonWriter</c> is not used because it escapes more than RFC 8785 allows
/// (astral characters, upper-case hex), so its bytes are not canonical.
/// </summary>
public readonly ref struct CanonicalJson(IBufferWriter<byte> output)
{
    public void Raw(ReadOnlySpan<byte> ascii)
    {
        output.Write(ascii);
    }

    public void Uuid(Guid value)
    {
        var span = output.GetSpan(38);
        span[0] = (byte)'"';
        value.TryFormat(span[1..], out _, "D");
        span[37] = (byte)'"';
        output.Advance(38);
    }

    /// <summary>UTC with seven decimals: fixed width, so that text order is time order.</summary>
    public void Timestamp(DateTimeOffset value)
    {
        var span = output.GetSpan(30);
        span[0] = (byte)'"';
        Utf8Formatter.TryFormat(value.UtcDateTime, span[1..], out _, new StandardFormat('O'));
        span[29] = (byte)'"';
        output.Advance(30);
    }

    /// <summary>A whole number that a double holds exactly.</summary>
    public void Number(long value)
    {
        var span = output.GetSpan(20);
        Utf8Formatter.TryFormat(value, span, out var written);
        output.Advance(written);
    }

    /// <summary>A number in the form of ECMAScript's Number::toString (RFC 8785 3.2.2.3).</summary>
    public void Real(double value)
    {
        var text = EcmaScriptNumber.Format(value);
        output.Advance(Encoding.ASCII.GetBytes(text, output.GetSpan(text.Length)));
    }

    /// <summary>A string. An unpaired surrogate, which has no UTF-8 form, becomes U+FFFD: text from outside must never fail the caller.</summary>
    public void Text(ReadOnlySpan<char> value)
    {
        var span = output.GetSpan(2 + value.Length * 6);
        var at = 0;
        span[at++] = (byte)'"';
        while (!value.IsEmpty)
        {
            var plain = value.IndexOfAny(Escaped);
            var run = plain < 0 ? value : value[..plain];
            at += Encoding.UTF8.GetBytes(run, span[at..]);
            value = value[run.Length..];
            if (!value.IsEmpty)
            {
                at += Escape(value[0], span[at..]);
                value = value[1..];
            }
        }

        span[at++] = (byte)'"';
        output.Advance(at);
    }

    private static readonly SearchValues<char> Escaped =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(code => (char)code), '"', '\\']);

    private static int Escape(char character, Span<byte> span)
    {
        span[0] = (byte)'\\';
        var letter = character switch
        {
            '"' => '"',
            '\\' => '\\',
            '\b' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\f' => 'f',
            '\r' => 'r',
            _ => 'u',
        };
        span[1] = (byte)letter;
        if (letter != 'u')
        {
            return 2;
        }

        Utf8Formatter.TryFormat((byte)character, span[4..], out _, new StandardFormat('x', 2));
        span[2] = span[3] = (byte)'0';
        return 6;
    }
}
