using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Serilog.Core;
using Serilog.Events;

namespace Backbone.Audit.Serilog;

/// <summary>
/// Sends one event at a time and returns when it is on the log's disk. What may pass (no connection, too many batches, a log that restarts) is
/// tried again within the time set, under the same <c>event.id</c>; what remains is thrown to whoever wrote the event.
/// </summary>
internal sealed class BackboneAuditSink : ILogEventSink, IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly BackboneAuditOptions options;
    private readonly HttpClient http;
    private readonly AccessToken token;
    private readonly ManualResetEventSlim closed = new();

    public BackboneAuditSink(BackboneAuditOptions options)
    {
        this.options = options;

        // Redirects would carry the token elsewhere.
        http = new HttpClient(options.Handler ?? new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) });
        token = new AccessToken(http, options);
    }

    public void Emit(LogEvent logEvent)
    {
        ArgumentNullException.ThrowIfNull(logEvent);
        var line = EcsEvent.Write(logEvent);
        using var late = new CancellationTokenSource(options.Timeout);
        var pause = FirstPause;
        while (true)
        {
            string why;
            Exception? cause = null;
            try
            {
                if (TrySend(line, late.Token) is not { } wrong)
                {
                    return;
                }

                why = wrong;
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException or JsonException)
            {
                (why, cause) = (failure.Message, failure);
            }

            try
            {
                if (closed.Wait(pause, late.Token))
                {
                    throw new BackboneAuditException("The audit sink was closed while the event was not yet taken: " + why, cause!);
                }
            }
            catch (OperationCanceledException)
            {
                throw new BackboneAuditException($"The audit log did not take the event within {options.Timeout}: {why}", cause!);
            }

            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    public void Dispose()
    {
        closed.Set();
        http.Dispose();
    }

    /// <summary>Null when the event was taken; why not, when it is worth another try.</summary>
    /// <exception cref="BackboneAuditException">It is not.</exception>
    private string? TrySend(byte[] line, CancellationToken cancellation)
    {
        var bearer = token.Get(cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(options.Log!, "/audit/v1/events"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        request.Content = new ByteArrayContent(line);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        using var answer = http.Send(request, cancellation);
        switch (answer.StatusCode)
        {
            case HttpStatusCode.OK:
                return null;
            case HttpStatusCode.Unauthorized:
                token.Drop(bearer);
                return "the log did not accept the token";
            case HttpStatusCode.UnprocessableEntity:
                throw new BackboneAuditException("The audit log refused the event: " + Violations(answer, cancellation)) { IsRefused = true };
            case HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError:
                return $"the log answered {(int)answer.StatusCode}";
            default:
                throw new BackboneAuditException($"The audit log answered {(int)answer.StatusCode} to the event.") { IsRefused = true };
        }
    }

    /// <summary>Fields and rules; the values are the caller's own and may be personal.</summary>
    private static string Violations(HttpResponseMessage answer, CancellationToken cancellation)
    {
        using var body = answer.Content.ReadAsStream(cancellation);
        using var line = JsonDocument.Parse(body);
        return string.Join("; ", line.RootElement.GetProperty("violations").EnumerateArray()
            .Select(violation => $"{violation.GetProperty("field").GetString()}: {violation.GetProperty("rule").GetString()}"));
    }
}
