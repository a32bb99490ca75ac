using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Backbone.Platform.Web.Batches;
using Microsoft.AspNetCore.Http;

namespace Backbone.Audit.Receiving.Otlp;

/// <summary>
/// Answers in the encoding of the request, as OTLP/HTTP wants: 200 with an ExportLogsServiceResponse, whose partial_success tells how many
/// records were refused and why; anything else with a google.rpc.Status.
/// </summary>
internal sealed class OtlpAnswer : IResult
{
    public const string Json = "application/json";
    public const string Protobuf = "application/x-protobuf";

    private const int MostExplained = 5;
    private const int InvalidArgument = 3;
    private const int ResourceExhausted = 8;
    private const int Unavailable = 14;

    private readonly bool json;
    private readonly int status;
    private readonly int? retryAfter;
    private readonly (string Name, long Number) number;
    private readonly (string Name, string Text) text;

    private OtlpAnswer(bool json, int status, (string Name, long Number) number, (string Name, string Text) text, int? retryAfter = null)
    {
        this.json = json;
        this.status = status;
        this.number = number;
        this.text = text;
        this.retryAfter = retryAfter;
    }

    /// <summary>The batch was understood; a client must not send it again, whatever was refused.</summary>
    public static OtlpAnswer Exported(bool json, IReadOnlyList<Taken> taken)
    {
        var refused = taken.Select((one, at) => (one, at)).Where(answer => !answer.one.IsAccepted).ToList();
        var why = refused.Take(MostExplained)
            .Select(answer => string.Create(CultureInfo.InvariantCulture, $"record {answer.at}: {string.Join(", ", answer.one.Violations.Take(MostExplained))}"));
        return new(json, StatusCodes.Status200OK, ("rejectedLogRecords", refused.Count), ("errorMessage", string.Join("; ", why)));
    }

    public static OtlpAnswer Refused(bool json, BatchRefusal refusal) => new(
        json,
        refusal.Status,
        ("code", refusal.Status switch
        {
            StatusCodes.Status503ServiceUnavailable => Unavailable,
            StatusCodes.Status413PayloadTooLarge or StatusCodes.Status429TooManyRequests => ResourceExhausted,
            _ => InvalidArgument,
        }),
        ("message", refusal.Detail),
        refusal.RetryAfterSeconds);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var body = new ArrayBufferWriter<byte>();
        var nested = status == StatusCodes.Status200OK;
        if (json)
        {
            WriteJson(body, nested);
        }
        else
        {
            WriteProtobuf(body, nested);
        }

        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = json ? Json : Protobuf;
        response.ContentLength = body.WrittenCount;
        if (retryAfter is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        await response.Body.WriteAsync(body.WrittenMemory, httpContext.RequestAborted);
    }

    private void WriteJson(ArrayBufferWriter<byte> body, bool nested)
    {
        using var writer = new Utf8JsonWriter(body);
        writer.WriteStartObject();
        if (nested && number.Number > 0)
        {
            writer.WriteStartObject("partialSuccess");

            // The protobuf mapping writes 64-bit numbers as texts.
            writer.WriteString(number.Name, number.Number.ToString(CultureInfo.InvariantCulture));
            writer.WriteString(text.Name, text.Text);
            writer.WriteEndObject();
        }
        else if (!nested)
        {
            writer.WriteNumber(number.Name, number.Number);
            writer.WriteString(text.Name, text.Text);
        }

        writer.WriteEndObject();
    }

    /// <summary>Field 1 the number, field 2 the text, in both messages; partial_success is field 1 of the response.</summary>
    private void WriteProtobuf(ArrayBufferWriter<byte> body, bool nested)
    {
        if (nested && number.Number == 0)
        {
            return;
        }

        var message = new ArrayBufferWriter<byte>();
        WriteVarint(message, 1 << 3);
        WriteVarint(message, (ulong)number.Number);
        WriteDelimited(message, 2, Encoding.UTF8.GetBytes(text.Text));
        if (nested)
        {
            WriteDelimited(body, 1, message.WrittenSpan);
        }
        else
        {
            body.Write(message.WrittenSpan);
        }
    }

    private static void WriteDelimited(ArrayBufferWriter<byte> to, int field, ReadOnlySpan<byte> bytes)
    {
        WriteVarint(to, (ulong)(field << 3 | 2));
        WriteVarint(to, (ulong)bytes.Length);
        to.Write(bytes);
    }

    private static void WriteVarint(ArrayBufferWriter<byte> to, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            to.Write([(byte)(value | 0x80)]);
        }

        to.Write([(byte)value]);
    }
}
