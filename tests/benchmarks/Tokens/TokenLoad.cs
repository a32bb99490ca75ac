using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Backbone.Testing;

namespace Backbone.Benchmarks.Tokens;

/// <summary>What a server did in a stretch of time: tokens answered, and processor time its process used for them.</summary>
internal readonly record struct TokenSlice(long Tokens, double ProcessorSeconds)
{
    public double PerProcessorSecond => Tokens / ProcessorSeconds;

    public static TokenSlice operator +(TokenSlice one, TokenSlice other) =>
        new(one.Tokens + other.Tokens, one.ProcessorSeconds + other.ProcessorSeconds);
}

/// <summary>Asks one server for client-credentials tokens, sixteen requests at a time on connections that stay open.</summary>
internal sealed class TokenLoad : IDisposable
{
    private const int Lanes = 16;
    private const int LeastWarmUps = 6;
    private const int MostWarmUps = 12;
    private const int Still = 3;
    private const double Settled = 0.1;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    private readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = Lanes });
    private readonly Dictionary<string, string> form = new() { ["grant_type"] = "client_credentials" };
    private readonly Uri endpoint;
    private readonly Func<TimeSpan> processorTime;

    public TokenLoad(Uri server, string clientId, string secret, string? scope, Func<TimeSpan> processorTime)
    {
        endpoint = new Uri(server, "/connect/token");
        this.processorTime = processorTime;
        var pair = $"{Uri.EscapeDataString(clientId)}:{Uri.EscapeDataString(secret)}";
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        if (scope is not null)
        {
            form["scope"] = scope;
        }
    }

    public static TokenLoad Of(HostProcess host)
    {
        var machine = host.Ready["clients"]!.AsArray().First(one => (string?)one!["kind"] == "machine")!;
        var scope = machine["scopes"]!.AsArray().Select(one => (string)one!).FirstOrDefault();
        return new TokenLoad(host.Portal, (string)machine["id"]!, (string)machine["secret"]!, scope, () => host.ProcessorTime);
    }

    /// <summary>
    /// Loads until the figure stands still: three slices in a row within ten per cent. Hot methods are compiled again in the background (here
    /// for fifteen to twenty seconds), and until that is over the figure is the compiler's, not the server's.
    /// </summary>
    public async Task WarmUpAsync(string who, TextWriter progress)
    {
        List<double> figures = [];
        for (var slice = 1; slice <= MostWarmUps; slice++)
        {
            figures.Add((await RunAsync(WarmUp)).PerProcessorSecond);
            await progress.WriteLineAsync(FormattableString.Invariant($"warming up {who}, slice {slice}: {figures[^1]:F0} tokens/CPU-s"));
            var latest = figures.TakeLast(Still).ToList();
            if (slice >= LeastWarmUps && latest.Max() - latest.Min() <= Settled * latest.Max())
            {
                return;
            }
        }

        await progress.WriteLineAsync($"{who} did not settle; something else uses this machine");
    }

    public async Task<TokenSlice> RunAsync(TimeSpan duration)
    {
        var before = processorTime();
        using var end = new CancellationTokenSource(duration);
        var counts = await Task.WhenAll(Enumerable.Range(0, Lanes).Select(_ => LaneAsync(end.Token)));
        return new TokenSlice(counts.Sum(), (processorTime() - before).TotalSeconds);
    }

    public void Dispose() => client.Dispose();

    private async Task<long> LaneAsync(CancellationToken end)
    {
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
