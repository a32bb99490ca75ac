using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Xunit;

namespace Backbone.Testing;

/// <summary>Programs without a person: they fetch a token by client credentials, as they would in life, and call with it.</summary>
public static class Programs
{
    /// <summary>A client that carries a demonstration client's token in every request.</summary>
    public static Task<HttpClient> NewProgramAsync(this BackboneFixture backbone, string client, string scope, string resource)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        var secret = backbone.Demonstration.Clients.Single(one => one.Id == client).Secret!;
        return backbone.NewProgramAsync(client, secret, scope, resource);
    }

    /// <summary>The same for a client of the operator's catalogue, whose secret the test knows.</summary>
    public static async Task<HttpClient> NewProgramAsync(this BackboneFixture backbone, string client, string secret, string scope, string resource)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        var program = backbone.NewClient();
        using var form = new FormUrlEncodedContent(
        [
            new("grant_type", "client_credentials"), new("client_id", client), new("client_secret", secret), new("scope", scope), new("resource", resource),
        ]);
        using var answer = await program.PostAsync(new Uri("/connect/token", UriKind.Relative), form);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.True(answer.StatusCode == HttpStatusCode.OK, body.ToJsonString());
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)body["access_token"]!);
        return program;
    }
}
