using System.Text.Json;

namespace Backbone.Audit.Serilog;

/// <summary>
/// The access token of this client, by client credentials (RFC 6749 4.4) at the endpoint the issuer's metadata name; kept until shortly
/// before it expires. One caller fetches at a time, the others wait for what it gets.
/// </summary>
internal sealed class AccessToken(HttpClient http, BackboneAuditOptions options)
{
    private const string Audience = "urn:backbone:api:audit";
    private const string Scope = "audit.write";
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private string? token;
    private DateTimeOffset until;

    /// <exception cref="HttpRequestException">The issuer cannot be reached, or gives none.</exception>
    public string Get(CancellationToken cancellation)
    {
        lock (gate)
        {
            if (token is null || TimeProvider.System.GetUtcNow() >= until)
            {
                (token, until) = Fetch(cancellation);
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

    private (string Token, DateTimeOffset Until) Fetch(CancellationToken cancellation)
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
                    new("grant_type", "client_credentials"), new("client_id", options.ClientId), new("client_secret", options.ClientSecret!()),
                    new("scope", Scope), new("resource", Audience),
                ]),
            },
            cancellation);
        var lasts = TimeSpan.FromSeconds(answer.RootElement.GetProperty("expires_in").GetInt64());
        return (answer.RootElement.GetProperty("access_token").GetString()!, TimeProvider.System.GetUtcNow() + lasts - Early);
    }

    private JsonDocument Send(HttpRequestMessage request, CancellationToken cancellation)
    {
        using (request)
        {
            using var answer = http.Send(request, cancellation);
            if (!answer.IsSuccessStatusCode)
            {
                throw new HttpRequestException($"the issuer answered {(int)answer.StatusCode}");
            }

            using var body = answer.Content.ReadAsStream(cancellation);
            return JsonDocument.Parse(body);
        }
    }
}
