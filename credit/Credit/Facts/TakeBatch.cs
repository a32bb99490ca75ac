using System.Net.Http.Headers;
using Backbone.Credit.Storage;
using Backbone.Platform.Web.Batches;
using Backbone.Platform.Web.Errors;
using Backbone.Platform.Web.Programs;
using Microsoft.AspNetCore.Http;

namespace Backbone.Credit.Facts;

/// <summary>A batch of a program: one record as JSON, or NDJSON with a line each. What is no batch is refused before any line is read.</summary>
internal static class TakeBatch
{
    private const string Json = "application/json";

    /// <param name="http">The request of a program that the endpoint's policy let in.</param>
    /// <param name="entrance">Which batches are let in at once.</param>
    /// <param name="take">Is given the program's client id and the lines with their numbers; they are valid until it ends.</param>
    public static async Task<IResult> RunAsync(
        HttpContext http, BatchEntrance entrance, Func<string, IReadOnlyList<(int Number, ReadOnlyMemory<byte> Line)>, Task<IResult>> take)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || type.MediaType is not (Json or BatchAnswer.ContentType))
        {
            return new PageProblem(Problems.UnsupportedMediaType, $"Content-Type: {Json} for one record, or {BatchAnswer.ContentType} for a line each");
        }

        var source = CallingProgram.Of(http.User)!.ClientId;
        var (batch, refusal) = await entrance.EnterAsync(http, source);
        if (batch is null)
        {
            return refusal!.Answer(http);
        }

        using (batch)
        {
            List<(int Number, ReadOnlyMemory<byte> Line)> lines = type.MediaType == Json
                ? [(1, batch.Bytes)]
                : [.. new BatchLines(batch.Bytes).Lines().Take(BatchLines.Most + 1)];
            try
            {
                return lines.Count switch
                {
                    0 => new BatchRefusal(StatusCodes.Status400BadRequest, "A batch has at least one record.").Answer(http),
                    > BatchLines.Most => new BatchRefusal(StatusCodes.Status413PayloadTooLarge, $"A batch has at most {BatchLines.Most} records.").Answer(http),
                    _ => await take(source, lines),
                };
            }
            catch (Exception away) when (StoreAway.Is(away))
            {
                return new BatchRefusal(StatusCodes.Status503ServiceUnavailable, "The store takes nothing at the moment. Send the batch again as it is.", 5).Answer(http);
            }
        }
    }
}
