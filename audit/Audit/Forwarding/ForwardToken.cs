using System.Text.Json;
using Backbone.Audit.Receiving;
using Backbone.Platform.Web;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Forwarding;

/// <summary>
/// The access token of this host, by client credentials (RFC 6749 4.4) at the endpoint the issuer's metadata name; kept until shortly before it
/// expires. One owner: the forwarding loop.
/// </summary>
internal sealed class ForwardToken(IHttpClientFactory clients, IOptions<ForwardOptions> options, BackboneOptions platform, TimeProvider clock)
{
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(30);

    /// <summary>Whatever an issuer says, a token is asked for anew every day.</summary>
    private const long LongestSeconds = 24 * 60 * 60;

    private string? token;
    private DateTimeOffset until;

    public Uri Issuer => new(options.Value.Issuer ?? platform.IssuerAddress);

    /// <exception cref="HttpRequestException">The issuer cannot be reached, or gives none.</exception>
    public async Task<string> GetAsync(CancellationToken cancellation)
    {
        if (token is null || clock.GetUtcNow() >= until)
        {
            (token, until) = await FetchAsync(cancellation);
        }

        return token;
    }

    /// <summary>The log did not take it: the next call fetches another.</summary>
    public void Drop() => token = null;

    private async Task<(string Token, DateTimeOffset Until)> FetchAsync(CancellationToken cancellation)
    {
        var metadataAddress = Issuer.AbsoluteUri.TrimEnd('/') + "/.well-known/openid-configuration";
        using var metadata = await AskAsync(new HttpRequestMessage(HttpMethod.Get, metadataAddress), cancellation);
        var endpoint = new Uri(metadata.RootElement.GetProperty("token_endpoint").GetString() ?? throw new JsonException());
        if (endpoint.Scheme != Uri.UriSchemeHttps && !endpoint.IsLoopback)
        {
            throw new HttpRequestException("the issuer's token endpoint is plain http");
        }

        using var answer = await AskAsync(
            new HttpRequestMessage(HttpMethod.Post, endpoint)
            {
                Content = new FormUrlEncodedContent(
                [
                    new("grant_type", "client_credentials"), new("client_id", options.Value.ClientId), new("client_secret", options.Value.Secret),
                    new("scope", AuditPrograms.ForwardScope), new("resource", AuditPrograms.Audience),
                ]),
            },
            cancellation);
        var lasts = TimeSpan.FromSeconds(Math.Clamp(answer.RootElement.GetProperty("expires_in").GetInt64(), 0, LongestSeconds));
        return (answer.RootElement.GetProperty("access_token").GetString() ?? throw new JsonException(), clock.GetUtcNow() + lasts - Early);
    }

    private async Task<JsonDocument> AskAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var client = clients.CreateClient(LogHost.Client);
        using (request)
        {
            using var answer = await client.SendAsync(request, cancellation);
            var body = await answer.Content.ReadAsByteArrayAsync(cancellation);
            return answer.IsSuccessStatusCode
                ? JsonDocument.Parse(body)
                : throw new IssuerRefusedException(answer.StatusCode, $"{(int)answer.StatusCode}{ErrorOf(body)}", LogHost.RetryAfter(answer, clock));
        }
    }

    /// <summary>The error code of RFC 6749 5.2, which says more than the status; nothing else of what was answered.</summary>
    private static string ErrorOf(byte[] body)
    {
        try
        {
            using var read = JsonDocument.Parse(body);
            return read.RootElement.ValueKind == JsonValueKind.Object && read.RootElement.TryGetProperty("error", out var error)
                && error.ValueKind == JsonValueKind.String && error.GetString() is { Length: > 0 and < 40 } code && code.All(letter => letter is '_' or (>= 'a' and <= 'z'))
                ? " " + code
                : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }
}
