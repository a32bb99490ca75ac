using System.Buffers;
using System.Globalization;
using System.Text;
using Backbone.Credit.Scoring.Facts;
using Backbone.Platform.Json;

namespace Backbone.Credit.Telling;

/// <summary>
/// That a program is to stop using what it was told of an organisation: a fact was corrected, withdrawn or repaired. One for each program and record;
/// the program acknowledges it. The key begins with the entity.
/// </summary>
internal sealed class Notice
{
    public const string StopUsing = "credit.notice.stop-using";

    public required string Entity { get; init; }

    /// <summary>UUIDv7; also the id of the message that carries it.</summary>
    public required Guid Id { get; init; }

    /// <summary>The program that was told: its client id.</summary>
    public required string Client { get; init; }

    /// <summary>The record that first stated the fact.</summary>
    public required Guid Fact { get; init; }

    /// <summary>The record that ends its use.</summary>
    public required Guid Record { get; init; }

    /// <summary>Whether a report told it of the fact itself. Who has only had grades hears that one rested on something that is no more, and not on what.</summary>
    public bool Named { get; init; }

    /// <summary>Corrected, withdrawn or repaired.</summary>
    public RecordKind Kind { get; init; }

    /// <summary>The day from which it is not to be used.</summary>
    public DateOnly Since { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>Canonical JSON, as it is signed.</summary>
    public required byte[] Body { get; init; }

    /// <summary>The last day to acknowledge it.</summary>
    public DateOnly DueOn { get; init; }

    public DateTimeOffset? AcknowledgedAt { get; set; }

    /// <summary>Set once, when the last day was over and nobody had acknowledged it: an event told of it.</summary>
    public DateTimeOffset? OverdueAt { get; set; }

    public static string Word(RecordKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>
    /// What is signed and sent. Where to acknowledge it and where to ask again are relative to this system's address. Who was not told of the fact itself
    /// hears neither which it was nor what became of it: that there was something to repair would be news to it. Whom it is for stands in it: another cannot pass it on as its own.
    /// </summary>
    public static byte[] Write(string entity, string client, Guid id, Guid? fact, RecordKind kind, DateOnly since, DateOnly dueOn, DateTimeOffset at)
    {
        var output = new ArrayBufferWriter<byte>(512);
        var json = new CanonicalJson(output);
        Named("{\"data\":{\"acknowledge\":", ServeNotices.AddressOf(entity, id) + "/acknowledge", json);
        Named(",\"ask\":", Reports.AskReport.Prefix.Replace("{code}", entity, StringComparison.Ordinal) + "/report", json);
        Named(",\"dueOn\":", dueOn.ToString("O", CultureInfo.InvariantCulture), json);
        Named(",\"entity\":", entity, json);
        if (fact is { } named)
        {
            Named(",\"fact\":", named.ToString("D"), json);
        }

        Named(",\"notice\":", id.ToString("D"), json);
        Named(",\"program\":", client, json);
        Named(",\"since\":", since.ToString("O", CultureInfo.InvariantCulture), json);
        if (fact is not null)
        {
            Named(",\"what\":", Word(kind), json);
        }

        json.Raw("},\"timestamp\":"u8);
        json.Timestamp(at);
        Named(",\"type\":", StopUsing, json);
        json.Raw("}"u8);
        return output.WrittenSpan.ToArray();

        static void Named(string before, string value, CanonicalJson json)
        {
            json.Raw(Encoding.ASCII.GetBytes(before));
            json.Text(value);
        }
    }
}

/// <summary>
/// Up to which knowledge of the store those who were told are noticed. Under other numbers: a time before it in which a record failed and was set aside, to be tried again.
/// </summary>
internal sealed class NoticeMark
{
    public const int MarkId = 1;

    public int Id { get; init; } = MarkId;

    /// <summary>Microseconds since 1970.</summary>
    public long Known { get; set; }
}
