using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Backbone.Testing;

namespace Backbone.Benchmarks.Audit;

/// <summary>The demonstration machine as a sender of events.</summary>
internal static class EventSender
{
    /// <summary>Every further request of the client carries a token that may write events.</summary>
    public static async Task SignInAsync(HostProcess host, HttpClient client)
    {
        var machine = host.Ready["clients"]!.AsArray().First(one => (string?)one!["kind"] == "machine")!;
        using var form = new FormUrlEncodedContent(
        [
            new("grant_type", "client_credentials"), new("client_id", (string)machine["id"]!), new("client_secret", (string)machine["secret"]!),
            new("scope", "audit.write"), new("resource", "urn:backbone:api:audit"),
        ]);
        using var answer = await client.PostAsync(new Uri("/connect/token", UriKind.Relative), form);
        answer.EnsureSuccessStatusCode();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["access_token"]!);
    }
}
