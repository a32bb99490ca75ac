using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Backbone.Audit.Receiving;

/// <summary>
/// The answer to a batch: a line for each event, in their order. Its status says at a glance what the lines say one by one: 200 all taken,
/// 207 some, 422 none.
/// </summary>
internal sealed class BatchAnswer(IReadOnlyList<int> numbers, IReadOnlyList<Taken> events) : IResult
{
    public const string ContentType = "application/x-ndjson";

    private const int FlushEvery = 512;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var accepted = events.Count(one => one.IsAccepted);
        response.StatusCode = accepted == events.Count ? StatusCodes.Status200OK
            : accepted > 0 ? StatusCodes.Status207MultiStatus
            : StatusCodes.Status422UnprocessableEntity;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        using var json = new Utf8JsonWriter(response.BodyWriter);
        for (var i = 0; i < events.Count; i++)
        {
            Write(json, numbers[i], events[i]);
            json.Flush();
            json.Reset();
            response.BodyWriter.Write("\n"u8);
            if (i % FlushEvery == FlushEvery - 1)
            {
                await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
            }
        }
    }

    private static void Write(Utf8JsonWriter json, int line, Taken taken)
    {
        json.WriteStartObject();
        json.WriteNumber("line", line);
        if (taken.IsAccepted)
        {
            json.WriteString("state", "accepted");
            json.WriteNumber("index", taken.Index);
            json.WriteString("id", taken.Id.Value);
        }
        else
        {
            json.WriteString("state", "refused");
            json.WriteStartArray("violations");
            foreach (var violation in taken.Violations)
            {
                json.WriteStartObject();
                json.WriteString("field", violation.Field);
                json.WriteString("rule", violation.Rule);
                json.WriteString("value", violation.Value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
