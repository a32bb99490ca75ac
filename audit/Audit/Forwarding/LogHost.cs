using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Backbone.Audit.Connecting;
using Backbone.Audit.Receiving;
using Backbone.Audit.Receiving.Spools;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Forwarding;

/// <summary>The host that keeps the log, as a forwarding host sees it. One request at a time.</summary>
internal sealed class LogHost(IHttpClientFactory clients, ForwardToken token, ForwardLimits limits, IOptions<ForwardOptions> options, TimeProvider clock)
{
    /// <summary>The name of the HTTP client.</summary>
    public const string Client = "audit-forward";

    /// <summary>Sends one batch and says what was answered, or why nothing was. A token that is no longer taken is replaced once.</summary>
    public async Task<LogHostAnswer> SendAsync(Guid spool, SpoolBatch batch, long oldest, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(limits.Patience);
        try
        {
            var answer = await AskAsync(spool, batch, oldest, limit.Token);
            if (answer.Status == (int)HttpStatusCode.Unauthorized)
            {
                token.Drop();
                answer = await AskAsync(spool, batch, oldest, limit.Token);
            }

            return answer;
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested
            && failure is HttpRequestException or OperationCanceledException or IOException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new LogHostAnswer(0, null, null, failure switch
            {
                OperationCanceledException { InnerException: TimeoutException } => $"no connection within {NamedAuthority.ConnectTimeout.TotalSeconds} s",
                OperationCanceledException => $"no answer within {limits.Patience.TotalSeconds} s",
                _ => failure.GetBaseException().Message,
            });
        }
    }

    private async Task<LogHostAnswer> AskAsync(Guid spool, SpoolBatch batch, long oldest, CancellationToken cancellation)
    {
        using var client = clients.CreateClient(Client);
        var address = string.Create(CultureInfo.InvariantCulture, $"{ReceiveSpool.Path}/{spool:D}?first={batch.First}&oldest={oldest}");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(options.Value.Url), address))
        {
            Content = new ReadOnlyMemoryContent(batch.Lines),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(BatchAnswer.ContentType);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await token.GetAsync(cancellation));
        using var response = await client.SendAsync(request, cancellation);
        var status = (int)response.StatusCode;
        var retry = response.Headers.RetryAfter;
        var wait = retry?.Delta ?? (retry?.Date is { } date ? date - clock.GetUtcNow() : null);
        return status is StatusTaken or StatusElsewhere
            ? new LogHostAnswer(
                status, JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(cancellation), SpoolJson.Default.SpoolAnswer), wait, $"{status}")
            : new LogHostAnswer(status, null, wait, $"the log answered {status}");
    }

    private const int StatusTaken = 200;
    private const int StatusElsewhere = 409;
}

/// <summary>What became of one request.</summary>
/// <param name="Status">Of HTTP; 0 when there was no answer.</param>
/// <param name="Answer">With 200 and 409.</param>
/// <param name="RetryAfter">When the log asks to come again.</param>
/// <param name="Said">For messages.</param>
internal sealed record LogHostAnswer(int Status, SpoolAnswer? Answer, TimeSpan? RetryAfter, string Said);

/// <summary>Events of the spool, in order, each ended by a line feed.</summary>
internal readonly record struct SpoolBatch(long First, int Count, ReadOnlyMemory<byte> Lines)
{
    public long End => First + Count;
}
