using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Backbone.Platform.Web.Batches;

/// <summary>
/// The answer to a batch: a line for each of its lines, in their order. Its status says at a glance what the lines say one by one: 200 all taken,
/// 207 some, 422 none.
/// </summary>
public abstract class BatchAnswer(int lines, int accepted) : IResult
{
    public const string ContentType = "application/x-ndjson";

    private const int FlushEvery = 512;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        var response = httpContext.Response;
        response.StatusCode = accepted == lines ? StatusCodes.Status200OK
            : accepted > 0 ? StatusCodes.Status207MultiStatus
            : StatusCodes.Status422UnprocessableEntity;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        using var json = new Utf8JsonWriter(response.BodyWriter);
        for (var i = 0; i < lines; i++)
        {
            json.WriteStartObject();
            Write(json, i);
            json.WriteEndObject();
            json.Flush();
            json.Reset();
            response.BodyWriter.Write("\n"u8);
            if (i % FlushEvery == FlushEvery - 1)
            {
                await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
            }
        }
    }

    /// <summary>The fields of one line.</summary>
    protected abstract void Write(Utf8JsonWriter json, int index);
}
