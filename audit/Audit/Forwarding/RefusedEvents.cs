using System.Buffers;
using System.Text;
using System.Text.Json;
using Backbone.Audit.Storage;

namespace Backbone.Audit.Forwarding;

/// <summary>
/// The events that the log will not take as they are, each whole with the reason, a line for each. Durable before the cursor passes them; a
/// crash in between writes some twice, with the same sequence. One owner: the forwarding loop, on a folder that is locked.
/// </summary>
internal sealed class RefusedEvents(string path, TimeProvider clock)
{
    public string FullPath => path;

    /// <summary>Bytes of the file; 0 while nothing was ever refused.</summary>
    public long Bytes => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    /// <summary>Durable when it returns.</summary>
    public void Append(IReadOnlyList<SpoolRefusal> refusals, Func<long, ReadOnlyMemory<byte>> eventOf)
    {
        var lines = new ArrayBufferWriter<byte>();
        foreach (var refusal in refusals)
        {
            using (var json = new Utf8JsonWriter(lines, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            {
                json.WriteStartObject();
                json.WriteNumber("sequence", refusal.Sequence);
                json.WriteString("at", clock.GetUtcNow());
                json.WriteString("reason", string.Join("; ", refusal.Violations));
                json.WriteString("event", Encoding.UTF8.GetString(eventOf(refusal.Sequence).Span));
                json.WriteEndObject();
            }

            lines.Write("\n"u8);
        }

        LinesFile.Append(path, lines.WrittenSpan);
    }
}
