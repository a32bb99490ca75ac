using System.Text;
using Backbone.Platform;

namespace Backbone.Credit.Facts.Files;

/// <summary>
/// Tells the encoding of a text from its bytes: UTF-8 where they are that, for other encodings hardly ever are by chance; else GB 18030, as Chinese
/// spreadsheets write. Nothing is replaced: bytes that are neither are refused.
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

        if (bytes.StartsWith(Encoding.UTF8.Preamble))
        {
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        }

        try
        {
            return (Utf8.GetString(bytes), "UTF-8");
        }
        catch (DecoderFallbackException)
        {
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
}
