using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Backbone.Audit.Storage;

namespace Backbone.Audit.Elasticsearch.Exporting;

/// <summary>
/// The events that Elasticsearch will not take, each with its reason, in a file of one line per event; the events themselves are in the log.
/// Durable before the cursor passes them. Only ever appended to, in whole lines, so that the host and a redelivery may write at the same
/// time; a line that says delivered takes back those before it.
/// </summary>
internal sealed class DeadLetters(string path)
{
    /// <summary>A writer that has not ended by then is stuck; the events count as undecided and are tried again.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private ImmutableSortedDictionary<long, DeadLetter> waiting = ImmutableSortedDictionary<long, DeadLetter>.Empty;
    private long read;

    public string FullPath => path;

    /// <summary>Those not delivered since, by index.</summary>
    public ImmutableSortedDictionary<long, DeadLetter> Waiting
    {
        get
        {
            lock (gate)
            {
                ReadOn();
                return waiting;
            }
        }
    }

    /// <summary>Durable when it returns.</summary>
    /// <exception cref="IOException">The disk refused; the events count as undecided.</exception>
    public void Append(IReadOnlyList<DeadLetter> letters)
    {
        if (letters.Count == 0)
        {
            return;
        }

        var lines = new StringBuilder();
        foreach (var letter in letters)
        {
            lines.Append(JsonSerializer.Serialize(letter, DeadLetterJson.Default.DeadLetter)).Append('\n');
        }

        lock (gate)
        {
            // Lines are written where the file's end was when it was opened, over what another has written since.
            using var only = LockedFile.Hold(path + ".lock", LongestWait);
            LinesFile.Append(path, Encoding.UTF8.GetBytes(lines.ToString()));
        }
    }

    private void ReadOn()
    {
        if (!File.Exists(path))
        {
            (waiting, read) = (waiting.Clear(), 0);
            return;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (file.Length == read)
        {
            return;
        }

        if (file.Length < read)
        {
            (waiting, read) = (waiting.Clear(), 0);
        }

        file.Seek(read, SeekOrigin.Begin);
        var bytes = new byte[file.Length - read];
        file.ReadExactly(bytes);
        var whole = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
        var changed = waiting.ToBuilder();
        foreach (var line in Encoding.UTF8.GetString(bytes, 0, whole).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Parse(line) is { } letter)
            {
                if (letter.Delivered)
                {
                    changed.Remove(letter.Index);
                }
                else
                {
                    changed[letter.Index] = letter;
                }
            }
        }

        (waiting, read) = (changed.ToImmutable(), read + whole);
    }

    /// <summary>A line that a crash cut is none: its event was not passed by the cursor and comes again.</summary>
    private static DeadLetter? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, DeadLetterJson.Default.DeadLetter);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>One event that was refused for good, or its later delivery.</summary>
/// <param name="Index">The leaf index.</param>
/// <param name="At">When.</param>
/// <param name="Status">The item's status: 400, 413; 0 when it was never sent.</param>
/// <param name="Type">The cluster's word for the reason.</param>
/// <param name="Reason">Its sentence; may repeat a part of the document.</param>
/// <param name="Delivered">It was delivered after all, or its time is over and the log no longer has it: nobody is to send it.</param>
internal sealed record DeadLetter(long Index, DateTimeOffset At, int Status, string Type, string Reason, bool Delivered = false);

[JsonSerializable(typeof(DeadLetter))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class DeadLetterJson : JsonSerializerContext;
