using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Backbone.Audit.Appending;
using Backbone.Audit.Storage;
using Backbone.Testing;
using static Backbone.Audit.Tests.Receiving.SendersHost;

namespace Backbone.Audit.Tests.Receiving;

/// <summary>The host dies by SIGKILL while systems send it batches: what was answered is there, and what is sent again is there once.</summary>
public sealed class KillDuringBatches : IDisposable
{
    private const int Senders = 4;
    private const int KillAfter = 60;
    private const int PerBatch = 50;

    private readonly string data = Directory.CreateTempSubdirectory("backbone-receive-kill-").FullName;

    [Fact(DisplayName = "kill -9 under batches: every answered event is in the log, and after everything is sent again each is there once")]
    public async Task Every_answered_event_is_there_once()
    {
        var answered = new ConcurrentDictionary<string, long>();
        var sent = new ConcurrentBag<string[]>();
        await using (var host = await HostProcess.StartAsync(data))
        {
            using var client = await ClientAsync(host);
            var batches = 0;
            var enough = new TaskCompletionSource();
            var senders = Enumerable.Range(0, Senders).Select(async sender =>
            {
                for (var batch = 0; ; batch++)
                {
                    var ids = Enumerable.Range(0, PerBatch).Select(i => $"{sender}-{batch}-{i}").ToArray();
                    sent.Add(ids);
                    if (!await SendAsync(client, ids, answered))
                    {
                        return;
                    }

                    if (Interlocked.Increment(ref batches) == KillAfter)
                    {
                        enough.SetResult();
                    }
                }
            }).ToList();
            await Task.WhenAny(enough.Task, Task.WhenAll(senders));
            Assert.True(batches >= KillAfter, host.Output);
            await host.KillAsync();
            await Task.WhenAll(senders);
        }

        await using (var again = await HostProcess.StartAsync(data))
        {
            using var client = await ClientAsync(again);
            var before = answered.ToDictionary();
            foreach (var ids in sent)
            {
                Assert.True(await SendAsync(client, ids, answered), again.Output);
            }

            Assert.All(before, one => Assert.Equal(one.Value, answered[one.Key]));
            Assert.Equal(0, await again.StopAsync());
        }

        await using var log = new SegmentLog(
            new FileSegmentStore(Path.Combine(data, "audit", "log")), new SegmentLogSettings { VerifyAll = true }, Guid.CreateVersion7());
        var there = log.Records.Read(0, int.MaxValue).Where(record => (string)JsonNode.Parse(record.Payload)!["event"]!["module"]! == "external").ToList();
        Assert.Equal(sent.Sum(ids => ids.Length), there.Count);
        Assert.Equal(there.Select(record => record.Index).Order(), answered.Values.Order());
    }

    public void Dispose() => Directory.Delete(data, recursive: true);

    /// <summary>False when the host is gone.</summary>
    private static async Task<bool> SendAsync(HttpClient client, string[] ids, ConcurrentDictionary<string, long> answered)
    {
        try
        {
            var (_, answers) = await SendersHost.SendAsync(client, Lines(ids.Select(id => Event(id))));
            for (var i = 0; i < ids.Length; i++)
            {
                answered[ids[i]] = (long)answers[i]["index"]!;
            }

            return true;
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException)
        {
            return false;
        }
    }

    private static async Task<HttpClient> ClientAsync(HostProcess host)
    {
        var machine = host.Ready["clients"]!.AsArray().Single(one => (string)one!["id"]! == "machine")!;
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = host.Portal };
        using var form = new FormUrlEncodedContent(
        [
            new("grant_type", "client_credentials"), new("client_id", "machine"), new("client_secret", (string)machine["secret"]!),
            new("scope", "audit.write"), new("resource", Interface),
        ]);
        using var answer = await client.PostAsync(new Uri("/connect/token", UriKind.Relative), form);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["access_token"]!);
        return client;
    }
}
