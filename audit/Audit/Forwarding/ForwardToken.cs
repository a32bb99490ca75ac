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

    private string? token;
    private DateTimeOffset until;

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
        var issuer = (options.Value.Issuer ?? platform.IssuerAddress).TrimEnd('/');
        using var metadata = await AskAsync(new HttpRequestMessage(HttpMethod.Get, issuer + "/.well-known/openid-configuration"), cancellation);
        var endpoint = new Uri(metadata.RootElement.GetProperty("token_endpoint").GetString()!);
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
        var lasts = TimeSpan.FromSeconds(answer.RootElement.GetProperty("expires_in").GetInt64());
        return (answer.RootElement.GetProperty("access_token").GetString()!, clock.GetUtcNow() + lasts - Early);
    }

    private async Task<JsonDocument> AskAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var client = clients.CreateClient(LogHost.Client);
        using (request)
        {
            using var answer = await client.SendAsync(request, cancellation);
            if (!answer.IsSuccessStatusCode)
            {
                throw new HttpRequestException($"the issuer answered {(int)answer.StatusCode}");
            }

            return JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellation));
        }
    }
}
