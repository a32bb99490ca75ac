using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Backbone.Audit.Appending;
using Backbone.Audit.Storage;
using Backbone.Testing;

namespace Backbone.Benchmarks.Audit;

/// <summary>
/// A host that signs tokens and forwards its events, and the host that keeps the log: one of the two, by chance, is killed with SIGKILL forty
/// times while tokens are asked for, and started again. Counted is what must never be: a token that was given out without its event, an event of
/// the spool that is not in the log, is there twice, or stands before an older one, and a start that fails.
/// </summary>
internal sealed class ForwardKills : IFigure
{
    private const int Kills = 40;
    private const int Askers = 4;
    private const int LongestLifeMilliseconds = 3_000;
    private static readonly TimeSpan CatchUp = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Still = TimeSpan.FromSeconds(45);

    private readonly string folder = Directory.CreateTempSubdirectory("backbone-forward-kills-").FullName;

    /// <summary>Both addresses stay the same from one life to the next.</summary>
    private readonly string log = $"http://localhost:{LoopbackPort.Free()}";
    private readonly string sender = $"http://localhost:{LoopbackPort.Free()}";
    private long answered;

    public string Name => "audit.forward-kills";

    public string Unit => "events lost, doubled or out of order";

    public Goal Goal => new(AtLeast: false, 0);

    private string Catalogue => Path.Combine(folder, "catalogue");

    private string LogData => Path.Combine(folder, "log");

    private string SenderData => Path.Combine(folder, "sender");

    public async Task<double> MeasureAsync(TextWriter progress)
    {
        try
        {
            MachineApp.Write(Directory.CreateDirectory(Catalogue).FullName, "host-two", "audit.forward");
            var keeper = await StartLogAsync();
            CopyPrivacyKey();
            var forwarder = await StartSenderAsync();
            using var stop = new CancellationTokenSource();
            var askers = Enumerable.Range(0, Askers).Select(_ => AskAsync(Form(forwarder), stop.Token)).ToList();
            var killedLog = 0;
            for (var kill = 1; kill <= Kills; kill++)
            {
                await Task.Delay(RandomNumberGenerator.GetInt32(LongestLifeMilliseconds), CancellationToken.None);
                if (RandomNumberGenerator.GetInt32(2) == 0)
                {
                    killedLog++;
                    await keeper.KillAsync();
                    await keeper.DisposeAsync();
                    keeper = await StartLogAsync();
                }
                else
                {
                    await forwarder.KillAsync();
                    await forwarder.DisposeAsync();
                    forwarder = await StartSenderAsync();
                }

                if (kill % 10 == 0)
                {
                    await progress.WriteLineAsync(FormattableString.Invariant($"killed {kill} times, the log's host {killedLog} times; {answered:N0} tokens given out"));
                }
            }

            await stop.CancelAsync();
            await Task.WhenAll(askers);
            await WaitAsync();
            await StopAsync(forwarder);
            await StopAsync(keeper);
            return await CompareAsync(progress);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private Task<HostProcess> StartLogAsync() => HostProcess.StartAsync(
        LogData, "--urls", log, "--modules", "identity,audit", "--no-demo", "--set", $"Backbone:Catalogue={Catalogue}",
        "--set", "Backbone:SampleApps=false");

    private Task<HostProcess> StartSenderAsync() => HostProcess.StartAsync(
        SenderData, "--urls", sender, "--modules", "identity", "--set", "Backbone:SampleApps=false", "--set", $"Backbone:Audit:Forward:Url={log}",
        "--set", $"Backbone:Audit:Forward:Issuer={log}", "--set", "Backbone:Audit:Forward:ClientId=host-two",
        "--set", $"Backbone:Audit:Forward:ClientSecret=file:{Path.Combine(Catalogue, "host-two.secret")}");

    private static async Task StopAsync(HostProcess host)
    {
        await using (host)
        {
            if (await host.StopAsync() != 0)
            {
                throw new InvalidOperationException("A host did not stop cleanly.");
            }
        }
    }

    /// <summary>Until the forwarding host sends no more: longer than its longest pause without a step.</summary>
    private async Task WaitAsync()
    {
        using var limit = new CancellationTokenSource(CatchUp);
        var cursor = new CursorFile(Path.Combine(SenderData, "audit", "cursors"), "forward");
        var (before, now) = (-1L, cursor.Read() ?? 0);
        while (before != now)
        {
            await Task.Delay(Still, limit.Token);
            (before, now) = (now, cursor.Read() ?? 0);
        }
    }

    private async Task<double> CompareAsync(TextWriter progress)
    {
        var spool = await ReadAsync(Path.Combine(SenderData, "audit", "spool"));
        var there = (await ReadAsync(Path.Combine(LogData, "audit", "log"))).Where(one => one.Host == "host-two").Select(one => one.Id).ToList();
        var tokens = spool.Count(one => one is { Action: "token", Outcome: "success" });
        var places = there.Select((id, place) => (id, place)).ToLookup(one => one.id, one => one.place);
        var lost = spool.Count(one => !places.Contains(one.Id));
        var doubled = there.Count - places.Count;
        var order = spool.Select(one => one.Id).Where(places.Contains).Select(id => places[id].First()).ToList();
        var displaced = order.Zip(order.Skip(1)).Count(pair => pair.Second < pair.First);
        var missing = Math.Max(0, answered - tokens);
        await progress.WriteLineAsync(FormattableString.Invariant(
            $"{answered:N0} tokens given out, {tokens:N0} in the spool; of its {spool.Count:N0} events {there.Count:N0} in the log: {lost} lost, {doubled} twice, {displaced} out of order"));
        return lost + doubled + displaced + missing;
    }

    private static async Task<List<Kept>> ReadAsync(string segments)
    {
        await using var log = new SegmentLog(new FileSegmentStore(segments), new SegmentLogSettings { VerifyAll = true }, Guid.CreateVersion7());
        return [.. log.Records.Read(0, int.MaxValue).Select(record => JsonNode.Parse(record.Payload)!).Select(leaf => new Kept(
            (string)leaf["event"]!["id"]!, (string)leaf["event"]!["action"]!, (string?)leaf["event"]!["outcome"], (string?)leaf["agent"]?["name"]))];
    }

    private Task AskAsync(Dictionary<string, string> form, CancellationToken stop) => Task.Run(async () =>
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var content = new FormUrlEncodedContent(form);
                using var answer = await client.PostAsync(new Uri(sender + "/connect/token"), content, CancellationToken.None);
                answer.EnsureSuccessStatusCode();
                Interlocked.Increment(ref answered);
            }
            catch (Exception gone) when (gone is HttpRequestException { StatusCode: null } or IOException)
            {
                // Killed: the next start listens at the same address.
                await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None);
            }
        }
    }, CancellationToken.None);

    private static Dictionary<string, string> Form(HostProcess host)
    {
        var machine = host.Ready["clients"]!.AsArray().First(one => (string?)one!["kind"] == "machine")!;
        return new()
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = (string)machine["id"]!,
            ["client_secret"] = (string)machine["secret"]!,
            ["scope"] = "audit.write",
            ["resource"] = "urn:backbone:api:audit",
        };
    }

    private void CopyPrivacyKey()
    {
        var keys = Directory.CreateDirectory(Path.Combine(SenderData, "keys")).FullName;
        File.SetUnixFileMode(SenderData, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.SetUnixFileMode(keys, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Copy(Path.Combine(LogData, "keys", "audit-privacy.key"), Path.Combine(keys, "audit-privacy.key"));
    }

    private sealed record Kept(string Id, string Action, string? Outcome, string? Host);
}
