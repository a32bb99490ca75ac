using System.Text;
using Backbone.Platform;

namespace Backbone.Credit.Facts.Files;

/// <summary>
/// Tells the encoding of a text from its bytes: UTF-8 where they are that, for other encodings hardly ever are by chance; else GB 18030, as Chinese
/// spreadsheets write. Nothing is replaced: bytes that are neither are refused, and so is UTF-8 with some bytes lost, of which GB 18030 makes other words.
/// </summary>
internal static class DecodeText
{
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);
    private static readonly Encoding Gb18030 =
        CodePagesEncodingProvider.Instance.GetEncoding("GB18030", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;

    /// <exception cref="FileRefusedException">Neither encoding, or no text.</exception>
    public static (string Text, string Encoding) Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith([(byte)0xFF, (byte)0xFE]) || bytes.StartsWith([(byte)0xFE, (byte)0xFF]))
        {
            throw new FileRefusedException("encoding", new Bilingual("UTF-8 或 GB 18030 编码，这里是 UTF-16。请另存为“CSV UTF-8”", "UTF-8 or GB 18030, and this is UTF-16: save it as \"CSV UTF-8\""));
        }

        if (bytes.Contains((byte)0))
        {
            throw new FileRefusedException("encoding", new Bilingual("CSV 文本或 .xlsx 工作簿，这里两者都不是", "a CSV text or an .xlsx workbook, and this is neither"));
        }

        var isMarked = bytes.StartsWith(Encoding.UTF8.Preamble);
        if (isMarked)
        {
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        }

        try
        {
            return (Utf8.GetString(bytes), "UTF-8");
        }
        catch (DecoderFallbackException)
        {
            if (isMarked || IsMostlyUtf8(bytes))
            {
                throw Damaged(bytes);
            }

            try
            {
                return (Gb18030.GetString(bytes), "GB 18030");
            }
            catch (DecoderFallbackException)
            {
                throw new FileRefusedException("encoding", new Bilingual("UTF-8 或 GB 18030 编码的文本", "a text in UTF-8 or GB 18030"));
            }
        }
    }

    /// <summary>Whether most of what is no ASCII is a character of three or four bytes, as nearly all of Chinese is in UTF-8 and hardly any of it in GB 18030.</summary>
    private static bool IsMostlyUtf8(ReadOnlySpan<byte> bytes)
    {
        int others = 0, characters = 0;
        while (!bytes.IsEmpty)
        {
            var isSound = Rune.DecodeFromUtf8(bytes, out _, out var length) == System.Buffers.OperationStatus.Done;
            others += bytes[0] < 0x80 ? 0 : length;
            characters += isSound && length > 2 ? length : 0;
            bytes = bytes[length..];
        }

        return characters * 2 > others;
    }

    private static FileRefusedException Damaged(ReadOnlySpan<byte> bytes)
    {
        var row = 1;
        while (Rune.DecodeFromUtf8(bytes, out var character, out var length) == System.Buffers.OperationStatus.Done)
        {
            row += character.Value == '\n' ? 1 : 0;
            bytes = bytes[length..];
        }

        return new("encoding", new Bilingual("完好的 UTF-8 文本，这里有损坏的字节。请重新另存或传送", "a sound text in UTF-8, and here bytes are damaged: save it or send it again"), row: row);
    }
}
