using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Backbone.Testing;

namespace Backbone.Benchmarks;

/// <summary>
/// Client-credentials tokens per second of processor time of the server process: ES256 access tokens, each with its durable audit event.
/// The load comes from this process, sixteen requests at a time, and is not counted.
/// </summary>
internal sealed class ClientCredentials : IFigure
{
    private const int Lanes = 16;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(15);

    public string Name => "identity.client-credentials";

    public string Unit => "tokens/CPU-s";

    public Goal Goal => new(AtLeast: true, 4000);

    public async Task<double> MeasureAsync(TextWriter progress)
    {
        await using var host = await HostProcess.StartAsync();
        var machine = host.Ready["clients"]!.AsArray().First(client => (string?)client!["kind"] == "machine")!;
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes(
            $"{Uri.EscapeDataString((string)machine["id"]!)}:{Uri.EscapeDataString((string)machine["secret"]!)}"));
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = Lanes });
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", basic);
        var endpoint = new Uri(host.Portal, "/connect/token");
        var scope = machine["scopes"]!.AsArray().Select(one => (string)one!).FirstOrDefault();

        await progress.WriteLineAsync($"warming up for {WarmUp.TotalSeconds} s");
        await LoadAsync(client, endpoint, scope, WarmUp);
        var before = host.ProcessorTime;
        var tokens = await LoadAsync(client, endpoint, scope, Measured);
        var used = (host.ProcessorTime - before).TotalSeconds;
        await progress.WriteLineAsync(FormattableString.Invariant(
            $"{tokens} tokens in {Measured.TotalSeconds} s ({tokens / Measured.TotalSeconds:F0}/s), {used:F1} s of the server's processor time"));
        await host.StopAsync();
        return tokens / used;
    }

    private static async Task<long> LoadAsync(HttpClient client, Uri endpoint, string? scope, TimeSpan duration)
    {
        using var end = new CancellationTokenSource(duration);
        var counts = await Task.WhenAll(Enumerable.Range(0, Lanes).Select(_ => LaneAsync(client, endpoint, scope, end.Token)));
        return counts.Sum();
    }

    private static async Task<long> LaneAsync(HttpClient client, Uri endpoint, string? scope, CancellationToken end)
    {
        Dictionary<string, string> form = new() { ["grant_type"] = "client_credentials" };
        if (scope is not null)
        {
            form["scope"] = scope;
        }

        var tokens = 0L;
        while (!end.IsCancellationRequested)
        {
            using var content = new FormUrlEncodedContent(form);
            using var answer = await client.PostAsync(endpoint, content, CancellationToken.None);
            var body = await answer.Content.ReadAsStringAsync(CancellationToken.None);
            if (!answer.IsSuccessStatusCode || (tokens == 0 && JsonNode.Parse(body)?["access_token"] is null))
            {
                throw new InvalidOperationException($"The token endpoint answered {(int)answer.StatusCode}: {body}");
            }

            tokens++;
        }

        return tokens;
    }
}
