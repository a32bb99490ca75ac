using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Security.Cryptography;
using Backbone.Platform.Web.Programs;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Telling;

/// <summary>What a receiver said.</summary>
/// <param name="Failure">One of few words; null when it took the message.</param>
/// <param name="IsGone">It wants none ever again (410).</param>
/// <param name="IsOurs">Nothing was sent: it may not be, or cannot.</param>
internal readonly record struct SendOutcome(string? Failure, bool IsGone = false, bool IsOurs = false)
{
    public bool IsDelivered => Failure is null;

    /// <summary>The receiver is well, or was not asked: others may have messages for it.</summary>
    public bool IsNoFaultOfReceiver => IsDelivered || IsGone || IsOurs;
}

/// <summary>One attempt to send one message (Standard Webhooks 1.0). Of the answer nothing but the status is read.</summary>
internal sealed class SendMessage(
    IHttpClientFactory clients, Reachable reachable, SignMessage sign, IEnumerable<ProgramScopes> catalogues, IOptions<WebhookOptions> options, TimeProvider clock)
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    public async Task<SendOutcome> RunAsync(Delivery delivery, Addressee addressee, CancellationToken cancellation)
    {
        // Settings and rights may be others than when it was taken. What a program may not have now is kept, as for one that is away.
        if (!addressee.MayAsk(catalogues))
        {
            return new("may ask no more", IsOurs: true);
        }

        if (reachable.Fault(addressee.Target) is not null)
        {
            return new("refused address", IsOurs: true);
        }

        if (addressee.Secret is not { } secret)
        {
            return new("no secret", IsOurs: true);
        }

        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(options.Value.Seconds), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        try
        {
            using var request = Request(delivery, addressee.Target, secret);
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
            return new("secret sealed otherwise", IsOurs: true);
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
