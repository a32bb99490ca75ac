using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Backbone.Audit.Appending;
using Backbone.Audit.Storage;
using Backbone.Testing;

namespace Backbone.Benchmarks.Audit;

/// <summary>
/// A host that is killed with SIGKILL a hundred times while four systems send it events, each time at another moment, and started again on the
/// same folder. Counted is what must never be: an answered event that is not where the answer said, an event that is there twice, a start
/// that fails, and whatever the verifier finds in the end.
/// </summary>
internal sealed class KillLoop : IFigure
{
    private const int Rounds = 100;
    private const int Senders = 4;
    private const int PerBatch = 20;
    private const int LongestLifeMilliseconds = 2_000;

    private readonly ConcurrentDictionary<string, long> answered = new();
    private long sent;

    public string Name => "audit.kill-loop";

    public string Unit => "events lost or doubled";

    public Goal Goal => new(AtLeast: false, 0);

    public async Task<double> MeasureAsync(TextWriter progress)
    {
        var data = Directory.CreateTempSubdirectory("backbone-kill-loop-").FullName;
        try
        {
            for (var round = 1; round <= Rounds; round++)
            {
                await RoundAsync(data);
                if (round % 10 == 0)
                {
                    await progress.WriteLineAsync(FormattableString.Invariant($"killed {round} times: {answered.Count:N0} events answered of {sent:N0} sent"));
                }
            }

            var key = await EndAsync(data);
            var (wrong, there) = await CompareAsync(data);
            var code = await VerifyAsync(data, key, progress);
            await progress.WriteLineAsync(FormattableString.Invariant(
                $"{there:N0} events of senders in the log; {answered.Count:N0} answered, {wrong} of them not where the answer said or not once; the verifier ended with {code}"));
            return wrong + (code == 0 ? 0 : 1);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private async Task RoundAsync(string data)
    {
        await using var host = await HostProcess.StartAsync(data);
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = Senders }) { BaseAddress = host.Portal };
        await EventSender.SignInAsync(host, client);
        var senders = Enumerable.Range(0, Senders).Select(_ => SendUntilDeadAsync(client)).ToList();
        await Task.Delay(RandomNumberGenerator.GetInt32(LongestLifeMilliseconds));
        await host.KillAsync();
        await Task.WhenAll(senders);
    }

    /// <summary>Starts once more, lets the tree catch up, and stops in peace.</summary>
    private static async Task<string> EndAsync(string data)
    {
        await using var host = await HostProcess.StartAsync(data);
        await Task.Delay(TimeSpan.FromSeconds(3));
        var key = host.Ready["auditLog"]!["verifierKey"]!.GetValue<string>();
        return await host.StopAsync() == 0 ? key : throw new InvalidOperationException("The last host did not stop cleanly.");
    }

    private async Task<(int Wrong, int There)> CompareAsync(string data)
    {
        await using var log = new SegmentLog(
            new FileSegmentStore(Path.Combine(data, "audit", "log")), new SegmentLogSettings { VerifyAll = true }, Guid.CreateVersion7());
        var there = log.Records.Read(0, int.MaxValue)
            .Select(record => (record.Index, Event: JsonNode.Parse(record.Payload)!["event"]!))
            .Where(record => (string?)record.Event["module"] == "external")
            .ToLookup(record => (string)record.Event["code"]!, record => record.Index);
        var wrong = answered.Count(one => !there[one.Key].SequenceEqual([one.Value])) + there.Count(one => one.Count() > 1);
        return (wrong, there.Count);
    }

    private static async Task<int> VerifyAsync(string data, string key, TextWriter progress)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (var argument in (string[])
            [Path.Combine(AppContext.BaseDirectory, "Backbone.Audit.Verifier.dll"), Path.Combine(data, "audit"), "--key", key])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        await progress.WriteLineAsync((await process.StandardOutput.ReadToEndAsync()).TrimEnd());
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private async Task SendUntilDeadAsync(HttpClient client)
    {
        try
        {
            while (true)
            {
                var first = Interlocked.Add(ref sent, PerBatch) - PerBatch;
                var ids = Enumerable.Range(0, PerBatch).Select(i => FormattableString.Invariant($"kill-{first + i}")).ToArray();
                var lines = ids.Select(id => FormattableString.Invariant(
                    $$$"""{"@timestamp":"{{{TimeProvider.System.GetUtcNow():O}}}","event":{"id":"{{{id}}}","code":"{{{id}}}","action":"file-read","category":["file"],"type":["access"],"outcome":"success"}}"""));
                using var batch = new StringContent(string.Join('\n', lines) + "\n", Encoding.UTF8, "application/x-ndjson");
                using var answer = await client.PostAsync(new Uri("/audit/v1/events", UriKind.Relative), batch);
                var results = (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
                answer.EnsureSuccessStatusCode();
                for (var i = 0; i < results.Length; i++)
                {
                    answered[ids[i]] = (long)JsonNode.Parse(results[i])!["index"]!;
                }
            }
        }
        catch (Exception gone) when (gone is HttpRequestException { StatusCode: null } or IOException)
        {
            // Killed: whatever was not answered may be there or not.
        }
    }
}
