using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Log.Tree;

namespace Backbone.Audit.Elasticsearch.Indexing;

/// <summary>
/// A leaf as a document: its own bytes, with <c>event.sequence</c> and <c>event.hash</c> put into them, and its words in an object beside them
/// that is indexed and not kept. The id is the leaf index, zero-padded, so that ids grow and a second delivery of an event is refused.
/// </summary>
internal static class IndexedEvent
{
    /// <summary>The object of words; no field of an event begins with it.</summary>
    public const string Words = "words";

    /// <summary>Below it, the words of every text of the event.</summary>
    public const string AllWords = Words + ".all";

    private const int DeepestLeaf = 16;

    /// <summary>Of an id; no 64-bit number has more.</summary>
    private const byte Digits = 20;

    /// <summary>One pair per thread, reused: every event of the log comes by here.</summary>
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? scratch;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? otherScratch;
    private static readonly ImmutableArray<TextField> TextFields = [.. EventFields.All.Where(field => field.Type == FieldType.Text).Select(field => new TextField(field))];

    /// <summary>20 digits, as the segments' names.</summary>
    public static string IdOf(long index) => index.ToString("D20", CultureInfo.InvariantCulture);

    /// <summary>Where the words of a text field are.</summary>
    public static string WordsOf(EventField field) => $"{Words}.{field.Name.Replace('.', '_')}";

    /// <summary>Writes the two lines of a bulk request that create the document.</summary>
    /// <exception cref="JsonException">The leaf is not a JSON object; nothing usable was written.</exception>
    public static void Write(ArrayBufferWriter<byte> output, long index, ReadOnlySpan<byte> leaf)
    {
        output.Write("{\"create\":{\"_id\":\""u8);
        Number(output, index, Digits);
        output.Write("\"}}\n"u8);
        var words = scratch ??= new ArrayBufferWriter<byte>(64 << 10);
        var texts = otherScratch ??= new ArrayBufferWriter<byte>();
        words.ResetWrittenCount();
        texts.ResetWrittenCount();
        if (leaf.Contains((byte)'\n'))
        {
            throw new JsonException("a line break in it would end its line");
        }

        var eventAt = Walk(leaf, words, texts);
        var hash = TreeHash.Leaf(leaf);
        if (eventAt > 0)
        {
            output.Write(leaf[..eventAt]);
            Derived(output, index, hash);
            output.Write(leaf[eventAt] == '}' ? ""u8 : ","u8);
            output.Write(leaf[eventAt..^1]);
        }
        else
        {
            output.Write(leaf[..^1]);
            output.Write(leaf.Length == 2 ? "\"event\":{"u8 : ",\"event\":{"u8);
            Derived(output, index, hash);
            output.Write("}"u8);
        }

        output.Write(",\"words\":{\"all\":["u8);
        output.Write(words.WrittenSpan);
        output.Write("]"u8);
        output.Write(texts.WrittenSpan);
        output.Write("}}\n"u8);
    }

    private static void Derived(ArrayBufferWriter<byte> output, long index, in TreeHash hash)
    {
        Span<byte> bytes = stackalloc byte[TreeHash.Bytes];
        hash.CopyTo(bytes);
        output.Write("\"hash\":\""u8);
        Convert.TryToHexStringLower(bytes, output.GetSpan(2 * TreeHash.Bytes), out var written);
        output.Advance(written);
        output.Write("\",\"sequence\":"u8);
        Number(output, index, digits: 1);
    }

    private static void Number(ArrayBufferWriter<byte> output, long number, byte digits)
    {
        Utf8Formatter.TryFormat(number, output.GetSpan(Digits), out var written, new StandardFormat('D', digits));
        output.Advance(written);
    }

    /// <summary>Gathers the words; answers the position just inside the object "event", 0 when there is none.</summary>
    private static int Walk(ReadOnlySpan<byte> leaf, ArrayBufferWriter<byte> words, ArrayBufferWriter<byte> texts)
    {
        Span<Range> names = stackalloc Range[DeepestLeaf + 1];
        var reader = new Utf8JsonReader(leaf, new JsonReaderOptions { MaxDepth = DeepestLeaf });
        var eventAt = 0;
        var depth = 0;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    depth++;
                    if (depth == 2 && leaf[names[1]].SequenceEqual("event"u8))
                    {
                        eventAt = (int)reader.TokenStartIndex + 1;
                    }

                    break;
                case JsonTokenType.EndObject:
                    depth--;
                    break;
                case JsonTokenType.PropertyName:
                    var start = (int)reader.TokenStartIndex + 1;
                    names[depth] = start..(start + reader.ValueSpan.Length);
                    break;
                case JsonTokenType.String when depth > 0:
                    Take(leaf, names[1..(depth + 1)], ref reader, words, texts);
                    break;
                case var _ when depth == 0:
                    throw new JsonException("not an object");
            }
        }

        return eventAt;
    }

    private static void Take(
        ReadOnlySpan<byte> leaf, scoped ReadOnlySpan<Range> path, ref Utf8JsonReader reader, ArrayBufferWriter<byte> words, ArrayBufferWriter<byte> texts)
    {
        var escaped = reader.ValueIsEscaped ? ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length) : null;
        var text = escaped is null ? reader.ValueSpan : escaped.AsSpan(0, reader.CopyString(escaped));
        words.Write(words.WrittenCount == 0 ? ""u8 : ","u8);
        WordText.Write(words, text);
        foreach (var field in TextFields)
        {
            if (field.IsAt(leaf, path))
            {
                texts.Write(field.Opening);
                WordText.Write(texts, text);
            }
        }

        if (escaped is not null)
        {
            ArrayPool<byte>.Shared.Return(escaped);
        }
    }

    /// <summary>A field of free text, which has an object of words of its own.</summary>
    private sealed class TextField(EventField field)
    {
        private readonly byte[][] names = [.. field.Name.Split('.').Select(Encoding.UTF8.GetBytes)];

        public byte[] Opening { get; } = Encoding.UTF8.GetBytes($",\"{WordsOf(field)[(Words.Length + 1)..]}\":");

        public bool IsAt(ReadOnlySpan<byte> leaf, ReadOnlySpan<Range> path)
        {
            if (path.Length != names.Length)
            {
                return false;
            }

            for (var i = 0; i < path.Length; i++)
            {
                if (!leaf[path[i]].SequenceEqual(names[i]))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
