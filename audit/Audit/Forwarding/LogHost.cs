using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Backbone.Audit.Receiving;
using Backbone.Audit.Receiving.Spools;
using Backbone.Platform.Web.Batches;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Forwarding;

/// <summary>The host that keeps the log, as a forwarding host sees it. One request at a time.</summary>
internal sealed class LogHost(IHttpClientFactory clients, ForwardToken token, ForwardLimits limits, IOptions<ForwardOptions> options, TimeProvider clock)
{
    /// <summary>The name of the HTTP client.</summary>
    public const string Client = "audit-forward";

    /// <summary>Of an answer: every event of a batch refused, with its reasons, has less.</summary>
    private const long MostAnswerBytes = 16 << 20;

    private const int StatusTaken = 200;
    private const int StatusElsewhere = 409;

    private readonly Uri log = new(options.Value.Url);

    /// <summary>How long it waits is this class's matter; how much it reads is bounded.</summary>
    public static void Bound(HttpClient client) => (client.Timeout, client.MaxResponseContentBufferSize) = (Timeout.InfiniteTimeSpan, MostAnswerBytes);

    /// <summary>Sends one batch and says what was answered, or why nothing was. A token that is no longer taken is replaced once.</summary>
    public async Task<LogHostAnswer> SendAsync(Guid spool, SpoolBatch batch, long oldest, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(limits.Patience, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        var asked = token.Issuer;
        try
        {
            var bearer = await token.GetAsync(limit.Token);
            asked = log;
            var answer = await AskAsync(spool, batch, oldest, bearer, limit.Token);
            if (answer.Status == (int)HttpStatusCode.Unauthorized)
            {
                token.Drop();
                asked = token.Issuer;
                bearer = await token.GetAsync(limit.Token);
                asked = log;
                answer = await AskAsync(spool, batch, oldest, bearer, limit.Token);
            }

            return answer;
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested && failure is HttpRequestException or OperationCanceledException or IOException
            or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            var trouble = ForwardTrouble.Of(failure, asked, !ReferenceEquals(asked, log), options.Value, limits.Patience);
            return new LogHostAnswer(0, null, (failure as IssuerRefusedException)?.RetryAfter, trouble);
        }
    }

    /// <summary>When the server asks to come again, from now: seconds or a date (RFC 9110 10.2.3); null when it does not, or says nothing that is either.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage answer, TimeProvider clock) =>
        answer.Headers.RetryAfter is { } retry ? retry.Delta ?? (retry.Date is { } date ? date - clock.GetUtcNow() : null) : null;

    private async Task<LogHostAnswer> AskAsync(Guid spool, SpoolBatch batch, long oldest, string bearer, CancellationToken cancellation)
    {
        using var client = clients.CreateClient(Client);
        var address = string.Create(CultureInfo.InvariantCulture, $"{ReceiveSpool.Path}/{spool:D}?first={batch.First}&oldest={oldest}");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(log, address))
        {
            Content = new ReadOnlyMemoryContent(batch.Lines),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(BatchAnswer.ContentType);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        using var response = await client.SendAsync(request, cancellation);
        var status = (int)response.StatusCode;
        return status is StatusTaken or StatusElsewhere
            ? new LogHostAnswer(
                status, JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(cancellation), SpoolJson.Default.SpoolAnswer), null,
                ForwardTrouble.NotTheLog(log))
            : new LogHostAnswer(status, null, RetryAfter(response, clock), ForwardTrouble.Answered(status, log));
    }
}

/// <summary>What became of one request.</summary>
/// <param name="Status">Of HTTP; 0 when there was no answer.</param>
/// <param name="Answer">With 200 and 409.</param>
/// <param name="RetryAfter">When the log, or the issuer, asks to come again.</param>
/// <param name="Trouble">What is said when the answer does not let the events go on.</param>
internal sealed record LogHostAnswer(int Status, SpoolAnswer? Answer, TimeSpan? RetryAfter, ForwardTrouble Trouble);

/// <summary>Events of the spool, in order, each ended by a line feed.</summary>
internal readonly record struct SpoolBatch(long First, int Count, ReadOnlyMemory<byte> Lines)
{
    public long End => First + Count;
}
