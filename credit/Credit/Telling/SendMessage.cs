using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Telling;

/// <summary>What a receiver said.</summary>
/// <param name="Failure">One of few words; null when it took the message.</param>
/// <param name="IsGone">It wants none ever again (410).</param>
internal readonly record struct SendOutcome(string? Failure, bool IsGone = false)
{
    public bool IsDelivered => Failure is null;
}

/// <summary>One attempt to send one message (Standard Webhooks 1.0). Of the answer nothing but the status is read.</summary>
internal sealed class SendMessage(IHttpClientFactory clients, Reachable reachable, SignMessage sign, IOptions<WebhookOptions> options, TimeProvider clock)
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    public async Task<SendOutcome> RunAsync(Delivery delivery, Subscription subscription, WebhookSecret? secret, CancellationToken cancellation)
    {
        // Settings may be others than when it was taken.
        if (reachable.Fault(subscription.Target) is not null)
        {
            return new("refused address");
        }

        if (secret is null)
        {
            return new("no secret");
        }

        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(options.Value.Seconds), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        try
        {
            using var request = Request(delivery, subscription.Target, secret);
            using var client = clients.CreateClient(Reachable.Client);
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return Of(answer.StatusCode);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return new("no answer in time");
        }
        catch (CryptographicException)
        {
            return new("secret sealed otherwise");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return new(failure.InnerException switch
            {
                RefusedAddressException => "refused address",
                AuthenticationException => "no trusted certificate",
                _ => "no connection",
            });
        }
    }

    private static SendOutcome Of(HttpStatusCode status) => (int)status switch
    {
        >= 200 and < 300 => new(null),
        410 => new("status 410", IsGone: true),
        >= 300 and < 400 => new("redirect"),
        var other => new(string.Create(CultureInfo.InvariantCulture, $"status {other}")),
    };

    private HttpRequestMessage Request(Delivery delivery, string target, WebhookSecret secret)
    {
        var now = clock.GetUtcNow();
        var content = new ByteArrayContent(delivery.Body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = content };
        request.Headers.Add(IdHeader, delivery.Id.ToString("D"));
        request.Headers.Add(TimestampHeader, SignMessage.Timestamp(now));
        request.Headers.Add(SignatureHeader, sign.Header(delivery.Id, now, delivery.Body, secret));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Backbone", "1"));
        return request;
    }
}
