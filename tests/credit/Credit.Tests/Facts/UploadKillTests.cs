using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Backbone.Testing;

namespace Backbone.Credit.Tests.Facts;

public sealed class UploadKillTests : IDisposable
{
    private const int Facts = 12_000;
    private const int Batch = 100;
    private const int Senders = 2;
    private const int KillAfter = 15;

    private readonly string data = Directory.CreateTempSubdirectory("backbone-kill-").FullName;

    /// <summary>Two hosts' starts and thousands of facts: some ten seconds each.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_kill_9_in_the_middle_of_an_upload_what_was_acknowledged_is_there_and_all_of_it_once_when_it_is_sent_again(bool postgres)
    {
        string[] settings = ["--set", "Backbone:SampleApps=false"];
        if (postgres)
        {
            settings = [.. settings, "--set", "Backbone:Credit:Database=postgres", "--set", $"Backbone:Credit:ConnectionString={await PostgresServer.CreateDatabaseAsync()}"];
        }

        var acknowledged = new ConcurrentDictionary<string, Guid>();
        string secret;
        await using (var host = await HostProcess.StartAsync(data, settings))
        {
            secret = (string)host.Ready["clients"]!.AsArray().Single(client => (string?)client!["id"] == "machine")!["secret"]!;
            var answered = 0;
            var senders = Enumerable.Range(0, Senders).Select(async sender =>
            {
                using var agency = await ProgramAsync(host, secret);
                foreach (var batch in Batches().Where((_, at) => at % Senders == sender))
                {
                    if (await SendAsync(agency, batch) is not { } lines)
                    {
                        return;
                    }

                    Assert.All(lines, line => Assert.True(line.State == "accepted" && acknowledged.TryAdd(line.Key, line.Id)));
                    if (Interlocked.Increment(ref answered) == KillAfter)
                    {
                        // Here, not by who waits for it: on a busy machine all would be sent before that one had its turn.
                        await host.KillAsync();
                    }
                }
            }).ToList();
            await Task.WhenAll(senders);
            Assert.InRange(acknowledged.Count, KillAfter * Batch, Facts - Batch);
        }

        var ids = new Dictionary<string, Guid>(StringComparer.Ordinal);
        await using (var again = await HostProcess.StartAsync(data, settings))
        {
            using var agency = await ProgramAsync(again, secret);
            foreach (var batch in Batches())
            {
                foreach (var line in (await SendAsync(agency, batch))!)
                {
                    ids.Add(line.Key, line.Id);
                    Assert.True(line.State == "known" || !acknowledged.ContainsKey(line.Key), $"{line.Key} was acknowledged and is lost");
                }
            }

            // The outbox keeps what a host that stops has not carried to the log yet: on a busy machine that is something.
            for (var start = TimeProvider.System.GetTimestamp(); Told() < Facts && TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromMinutes(1);)
            {
                await Task.Delay(200, TestContext.Current.CancellationToken);
            }

            await again.StopAsync();
        }

        Assert.All(acknowledged, known => Assert.Equal(known.Value, ids[known.Key]));
        Assert.Equal(Facts, ids.Values.Distinct().Count());

        // The log tells of each fact once: of those whose answer was lost too, and of none a second time.
        Assert.Equal(Facts, Told());
    }

    private int Told() => Regex.Matches(OpenFile.ReadLog(data), "\"action\":\"facts-receive\".*?\"count\":(?<count>[0-9]+)")
        .Sum(match => int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture));

    public void Dispose() => Directory.Delete(data, recursive: true);

    private static IEnumerable<string> Batches() => Enumerable.Range(0, Facts / Batch)
        .Select(batch => string.Join('\n', Enumerable.Range(batch * Batch, Batch).Select(at => ReceiveFactsTests.Line($"k-{at}"))));

    private static async Task<HttpClient> ProgramAsync(HostProcess host, string secret)
    {
        var client = new HttpClient { BaseAddress = host.Portal };
        using var form = new FormUrlEncodedContent(
        [
            new("grant_type", "client_credentials"), new("client_id", "machine"), new("client_secret", secret), new("scope", "credit.facts.report"),
            new("resource", "urn:backbone:api:credit"),
        ]);
        using var answer = await client.PostAsync(new Uri("/connect/token", UriKind.Relative), form);
        var token = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["access_token"]!;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Null when no whole answer came: the host is gone.</summary>
    private static async Task<List<(string Key, string State, Guid Id)>?> SendAsync(HttpClient agency, string batch)
    {
        try
        {
            using var content = new StringContent(batch, Encoding.UTF8, new MediaTypeHeaderValue("application/x-ndjson"));
            using var answer = await agency.PostAsync(new Uri("/credit/v1/facts", UriKind.Relative), content);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var text = await answer.Content.ReadAsStringAsync();
            return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Read)];
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException)
        {
            return null;
        }
    }

    private static (string Key, string State, Guid Id) Read(string line)
    {
        using var json = JsonDocument.Parse(line);
        return (json.RootElement.GetProperty("key").GetString()!, json.RootElement.GetProperty("state").GetString()!, json.RootElement.GetProperty("id").GetGuid());
    }
}
