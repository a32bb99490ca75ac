using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Backbone.Testing;

namespace Backbone.Integration.Tests.Start;

public sealed class Stopping
{
    private const int Lanes = 8;
    private const int Before = 200;

    /// <summary>Every token is answered only after its event is on disk; Ctrl-C in the middle must neither lose one nor leave a torn file.</summary>
    [Fact]
    public async Task Ctrl_C_in_the_middle_of_traffic_loses_no_answered_event_and_leaves_no_half_written_file()
    {
        var folder = Directory.CreateTempSubdirectory("backbone-stop-").FullName;
        try
        {
            var answered = new ConcurrentBag<string>();
            await using (var host = await HostProcess.StartAsync(folder, "--set", "Backbone:SampleApps=false"))
            {
                var machine = host.Ready["clients"]!.AsArray().Single(client => (string?)client!["kind"] == "machine")!;
                var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = Lanes }) { BaseAddress = host.Portal };
                client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                    "Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{machine["id"]}:{machine["secret"]}")));
                var lanes = Enumerable.Range(0, Lanes).Select(_ => Task.Run(async () =>
                {
                    while (await AskAsync(client) is { } trace)
                    {
                        answered.Add(trace);
                        if (answered.Count >= Before)
                        {
                            enough.TrySetResult();
                        }
                    }
                }, TestContext.Current.CancellationToken)).ToArray();

                await Task.WhenAny(enough.Task, Task.WhenAll(lanes));
                Assert.True(answered.Count >= Before, host.Output);
                Assert.Equal(0, await host.StopAsync());
                await Task.WhenAll(lanes);
            }

            var (_, output) = await HostProcess.RunAsync("doctor", "--data", folder, "--urls", "http://localhost:0");
            Assert.Matches("audit log: [0-9]+ events in [0-9]+ segments, every one intact", output);
            var log = string.Concat(Directory.GetFiles(Path.Combine(folder, "audit", "log"), "*.seg").Select(file => File.ReadAllText(file, Encoding.Latin1)));
            var lost = answered.Count(trace => !log.Contains(trace, StringComparison.Ordinal));
            Assert.True(lost == 0, $"{lost} of {answered.Count} answered tokens are not in the log");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The trace id of an answered request; null once the host has gone.</summary>
    private static async Task<string?> AskAsync(HttpClient client)
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token")
            {
                Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "client_credentials" }),
            };
            request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom().ToHexString()}-01");
            using var answer = await client.SendAsync(request);
            await answer.Content.ReadAsByteArrayAsync();
            return answer.StatusCode == HttpStatusCode.OK ? trace : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
