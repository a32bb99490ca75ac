using System.Net;
using System.Text.Json;
using Serilog.Debugging;

namespace Backbone.Audit.Serilog;

/// <summary>
/// The access token of this client, by client credentials (RFC 6749 4.4) at the endpoint the issuer's metadata name; kept until shortly
/// before it expires. One caller fetches at a time, the others wait for what it gets. An issuer that refuses the client is not asked for each event:
/// with the same secret again only after a pause, which doubles; with another at once.
/// </summary>
internal sealed class AccessToken(HttpClient http, BackboneAuditOptions options)
{
    private const string Audience = "urn:backbone:api:audit";
    private const string Scope = "audit.write";
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private string? token;
    private DateTimeOffset until;
    private Refusal? refusal;

    /// <exception cref="HttpRequestException">The issuer cannot be reached, or gives none.</exception>
    /// <exception cref="BackboneAuditClientException">It refuses this client, or did so just now.</exception>
    public string Get(CancellationToken cancellation)
    {
        lock (gate)
        {
            if (token is null || options.Clock.GetUtcNow() >= until)
            {
                (token, until) = FetchUnlessRefused(options.ClientSecret!(), cancellation);
            }

            return token;
        }
    }

    /// <summary>The log did not take it: the next call fetches another, unless somebody has meanwhile.</summary>
    public void Drop(string refused)
    {
        lock (gate)
        {
            token = token == refused ? null : token;
        }
    }

    private (string Token, DateTimeOffset Until) FetchUnlessRefused(string secret, CancellationToken cancellation)
    {
        var before = refusal?.Secret == secret ? refusal : null;
        if (before is not null && options.Clock.GetUtcNow() < before.Until)
        {
            throw Refused(before.Status, before.Error);
        }

        try
        {
            var fetched = Fetch(secret, cancellation);
            refusal = null;
            return fetched;
        }
        catch (IssuerRefusedException refused)
        {
            var rest = before is null ? FirstRest : before.Rest * 2 < LongestRest ? before.Rest * 2 : LongestRest;
            refusal = new Refusal(secret, rest, options.Clock.GetUtcNow() + rest, refused.Status, refused.Error);
            var thrown = Refused(refused.Status, refused.Error);
            SelfLog.WriteLine("{0} Client {1}; asked again in {2} s at the earliest, at once with another secret.", thrown.Message, options.ClientId, rest.TotalSeconds);
            throw thrown;
        }
    }

    private static BackboneAuditClientException Refused(int status, string error) => new(
        $"The event was not taken, for the issuer answered {status} {error}: hold client id and secret against its catalogue.")
    {
        Error = error,
    };

    private (string Token, DateTimeOffset Until) Fetch(string secret, CancellationToken cancellation)
    {
        var issuer = options.Issuer!.AbsoluteUri.TrimEnd('/');
        using var metadata = Send(new HttpRequestMessage(HttpMethod.Get, new Uri(issuer + "/.well-known/openid-configuration")), cancellation);
        var endpoint = new Uri(metadata.RootElement.GetProperty("token_endpoint").GetString()!);
        if (endpoint.Scheme != Uri.UriSchemeHttps && !endpoint.IsLoopback)
        {
            throw new HttpRequestException("the issuer's token endpoint is plain http");
        }

        using var answer = Send(
            new HttpRequestMessage(HttpMethod.Post, endpoint)
            {
                Content = new FormUrlEncodedContent(
                [
                    new("grant_type", "client_credentials"), new("client_id", options.ClientId), new("client_secret", secret),
                    new("scope", Scope), new("resource", Audience),
                ]),
            },
            cancellation);
        var lasts = TimeSpan.FromSeconds(answer.RootElement.GetProperty("expires_in").GetInt64());
        return (answer.RootElement.GetProperty("access_token").GetString()!, options.Clock.GetUtcNow() + lasts - Early);
    }

    private JsonDocument Send(HttpRequestMessage request, CancellationToken cancellation)
    {
        using (request)
        {
            using var answer = http.Send(request, cancellation);
            if (answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized && request.Method == HttpMethod.Post
                && ErrorOf(answer, cancellation) is { } error)
            {
                throw new IssuerRefusedException((int)answer.StatusCode, error);
            }

            if (!answer.IsSuccessStatusCode)
            {
                throw new HttpRequestException($"the issuer answered {(int)answer.StatusCode}");
            }

            using var body = answer.Content.ReadAsStream(cancellation);
            return JsonDocument.Parse(body);
        }
    }

    /// <summary>The error code of RFC 6749 5.2; null for an answer that is not the issuer's own, which may pass.</summary>
    private static string? ErrorOf(HttpResponseMessage answer, CancellationToken cancellation)
    {
        try
        {
            using var body = JsonDocument.Parse(answer.Content.ReadAsStream(cancellation));
            return body.RootElement.ValueKind == JsonValueKind.Object && body.RootElement.TryGetProperty("error", out var said)
                && said.ValueKind == JsonValueKind.String && said.GetString() is { Length: > 0 and <= 40 } code && code.All(c => char.IsAsciiLetterLower(c) || c == '_')
                ? code
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <param name="Secret">What was refused.</param>
    /// <param name="Rest">How long it is not sent again.</param>
    /// <param name="Until">When that is over.</param>
    /// <param name="Status">Of the answer.</param>
    /// <param name="Error">The issuer's word.</param>
    private sealed record Refusal(string Secret, TimeSpan Rest, DateTimeOffset Until, int Status, string Error);

    private sealed class IssuerRefusedException(int status, string error) : Exception
    {
        public int Status => status;

        public string Error => error;
    }
}
