using System.Buffers;
using System.Text;
using Backbone.Audit.Searching;

namespace Backbone.Audit.Elasticsearch.Indexing;

/// <summary>
/// The words of a text (<see cref="SearchText"/>) with spaces between them, as JSON text. Made here and not by an analyser: a minimal
/// cluster has none that cuts as <see cref="SearchText"/> does, and a search must mean the same in every store.
/// </summary>
internal static class WordText
{
    /// <summary>For texts of ASCII, nearly all there are: letters and digits stay, in lower case; anything else parts words. Never needs an escape.</summary>
    private static readonly byte[] Ascii = [.. Enumerable.Range(0, 128).Select(code =>
        char.IsAsciiLetterOrDigit((char)code) ? (byte)char.ToLowerInvariant((char)code) : (byte)' ')];

    /// <summary>Writes <c>"the words"</c>, quotation marks and all.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        if (!System.Text.Ascii.IsValid(text))
        {
            WriteAny(output, Encoding.UTF8.GetString(text));
            return;
        }

        var target = output.GetSpan(text.Length + 2);
        target[0] = (byte)'"';
        for (var i = 0; i < text.Length; i++)
        {
            target[i + 1] = Ascii[text[i]];
        }

        target[text.Length + 1] = (byte)'"';
        output.Advance(text.Length + 2);
    }

    private static void WriteAny(IBufferWriter<byte> output, string text)
    {
        // Words consist of letters, digits and marks: none of them has to be escaped.
        output.Write("\""u8);
        var isFirst = true;
        foreach (var word in SearchText.Words(text))
        {
            if (!isFirst)
            {
                output.Write(" "u8);
            }

            isFirst = false;
            Encoding.UTF8.GetBytes(word, output);
        }

        output.Write("\""u8);
    }
}
