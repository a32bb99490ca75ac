using System.Net;
using System.Text;
using Backbone.Audit.Integrating;
using Backbone.Audit.Log.Checkpoints;
using Backbone.Audit.Log.Notes;
using Backbone.Audit.Log.Policy;
using Backbone.Audit.Log.Proofs;
using Backbone.Audit.Log.Tree;
using Backbone.Audit.Log.Witness;
using Backbone.Audit.Publishing;
using Backbone.Audit.Tests.Integrating;
using Backbone.Audit.Witnessing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Audit.Tests.Witnessing;

public sealed class WitnessTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TreeHost log = new();
    private readonly TreeHost witness = new();
    private readonly string settings = Directory.CreateTempSubdirectory("audit-witness-").FullName;

    public void Dispose()
    {
        log.Dispose();
        witness.Dispose();
        Directory.Delete(settings, recursive: true);
    }

    [Fact]
    public async Task A_witness_cosigns_what_continues_and_the_policy_accepts_the_published_checkpoint()
    {
        var policy = await MeetAsync();
        await using var watching = await StartWitnessAsync();
        await using var app = await log.StartAsync(("Backbone:Audit:Tree:PolicyFile", Policy(policy, watching)));
        var published = app.Services.GetRequiredService<PublishedLog>();
        for (var round = 1; round <= 3; round++)
        {
            await TreeHost.AppendAsync(app, 100);
            await UntilAsync(() => published.State.Witnessed >= 1 + 100 * round);
        }

        var checkpoint = SignedCheckpoint.Parse(Encoding.UTF8.GetBytes(published.State.Checkpoint!));
        Assert.IsType<PolicyVerdict.Accepted>(LogPolicy.Parse(File.ReadAllBytes(Policy(policy, watching))).Evaluate(checkpoint));
        Assert.Equal("cosigned", published.State.Witnesses["neighbour"]);
        await app.StopAsync();
        await watching.StopAsync();
    }

    [Fact]
    public async Task A_log_rolled_back_with_its_database_is_found_by_its_witness()
    {
        var policy = await MeetAsync();
        await using var watching = await StartWitnessAsync();
        var folder = log.Copy();
        await using (var app = await log.StartAsync(("Backbone:Audit:Tree:PolicyFile", Policy(policy, watching))))
        {
            await TreeHost.AppendAsync(app, 50);
            await UntilAsync(() => app.Services.GetRequiredService<PublishedLog>().State.Witnessed == 51);
            await app.StopAsync();
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        log.Restore(folder);

        var refused = await Assert.ThrowsAsync<SplitLogException>(() => log.StartAsync(("Backbone:Audit:Tree:PolicyFile", Policy(policy, watching))));
        Assert.Contains("neighbour has cosigned 51 events of this log, which now has 1: the log was rolled back", refused.Message, StringComparison.Ordinal);
        await watching.StopAsync();
    }

    [Fact]
    public async Task A_witness_that_is_away_costs_its_cosignature_and_nothing_else()
    {
        var policy = await MeetAsync();
        string file;
        await using (var watching = await StartWitnessAsync())
        {
            file = Policy(policy, watching);
        }

        await using var app = await log.StartAsync(("Backbone:Audit:Tree:PolicyFile", file));
        await TreeHost.AppendAsync(app, 10);
        var published = app.Services.GetRequiredService<PublishedLog>();
        await UntilAsync(() => published.State.Published == 11 && published.State.Witnesses.Count == 1);

        Assert.Equal("is out of reach", published.State.Witnesses["neighbour"]);
        Assert.Equal(0, published.State.Witnessed);
        Assert.Null(published.Failure);
        await app.StopAsync();
    }

    [Fact(DisplayName = "C2SP tlog-witness: each refusal has its status, and a refused checkpoint changes nothing")]
    public async Task Each_refusal_has_its_status()
    {
        await MeetAsync();
        await using var watching = await StartWitnessAsync();
        using var client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri(watching.Urls.First()) };
        var signer = NoteSigner.Ed25519(Origin(), LogKey.Read(Path.Combine(log.Folder, "keys", "audit-log.key"))!.Seed);
        var frontier = new Frontier();
        frontier.Append(TreeHash.Leaf("one"u8));
        var one = Signed(1, frontier.Root());
        frontier.Append(TreeHash.Leaf("two"u8));
        var two = Signed(2, frontier.Root());
        var stranger = SignedCheckpoint.Sign(new Checkpoint("stranger.example/log", 1, one.Checkpoint.Root), 1, NoteSigner.Ed25519("stranger.example/log", new byte[32]));
        var forged = SignedCheckpoint.Sign(one.Checkpoint, 1, NoteSigner.Ed25519(Origin(), new byte[32]));

        Assert.Equal(HttpStatusCode.BadRequest, await Post("nonsense"u8.ToArray()));
        Assert.Equal(HttpStatusCode.NotFound, await Ask(0, [], stranger));
        Assert.Equal(HttpStatusCode.Forbidden, await Ask(0, [], forged));
        Assert.Equal(HttpStatusCode.BadRequest, await Ask(2, [], one));
        Assert.Equal(HttpStatusCode.Conflict, await Ask(1, [TreeHash.Leaf("two"u8)], two));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await Ask(0, [TreeHash.Empty], one));
        Assert.Equal(HttpStatusCode.OK, await Ask(0, [], one));
        Assert.Equal(HttpStatusCode.OK, await Ask(1, [], one));
        Assert.Equal(HttpStatusCode.Conflict, await Ask(1, [], Signed(1, TreeHash.Empty)));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await Ask(1, [TreeHash.Empty], two));
        Assert.Equal(HttpStatusCode.Conflict, await Ask(0, [], two));
        Assert.Equal(HttpStatusCode.OK, await Ask(1, [TreeHash.Leaf("two"u8)], two));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await Post(new byte[AddCheckpointRequest.MaxBytes + 1]));
        await watching.StopAsync();

        SignedCheckpoint Signed(long size, TreeHash root) => SignedCheckpoint.Sign(new Checkpoint(Origin(), size, root), 1, signer);

        Task<HttpStatusCode> Ask(long old, TreeHash[] proof, SignedCheckpoint checkpoint) => Post(new AddCheckpointRequest(old, proof, checkpoint).ToArray());

        async Task<HttpStatusCode> Post(byte[] body)
        {
            using var content = new ByteArrayContent(body);
            using var answer = await client.PostAsync(new Uri(CosignCheckpoints.Path, UriKind.Relative), content);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Of_two_requests_at_once_from_one_size_only_one_is_cosigned()
    {
        await MeetAsync();
        await using var watching = await StartWitnessAsync();
        using var client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri(watching.Urls.First()) };
        var signer = NoteSigner.Ed25519(Origin(), LogKey.Read(Path.Combine(log.Folder, "keys", "audit-log.key"))!.Seed);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(async fork =>
        {
            var checkpoint = SignedCheckpoint.Sign(new Checkpoint(Origin(), 1, TreeHash.Leaf([(byte)fork])), 1, signer);
            using var content = new ByteArrayContent(new AddCheckpointRequest(0, [], checkpoint).ToArray());
            using var answer = await client.PostAsync(new Uri(CosignCheckpoints.Path, UriKind.Relative), content);
            return answer.StatusCode;
        }));

        Assert.Single(answers, HttpStatusCode.OK);
        Assert.Equal(11, answers.Count(status => status == HttpStatusCode.Conflict));
        await watching.StopAsync();
    }

    /// <summary>The log makes its key and its first event; what the witness is told of it.</summary>
    private async Task<string> MeetAsync()
    {
        await using var app = await log.StartAsync();
        await TreeHost.AppendAsync(app, 1);
        await app.StopAsync();
        var vkey = app.Services.GetRequiredService<LogSigner>().VerifierKey;
        await File.WriteAllTextAsync(Path.Combine(settings, "logs"), $"log {vkey}\nquorum none\n");
        return vkey;
    }

    private string Origin() => LogKey.Read(Path.Combine(log.Folder, "keys", "audit-log.key"))!.Origin;

    private Task<WebApplication> StartWitnessAsync() => witness.StartAsync(
        ("Backbone:Audit:Witness:Name", "witness.example"), ("Backbone:Audit:Witness:LogsFile", Path.Combine(settings, "logs")));

    private string Policy(string vkey, WebApplication watching)
    {
        var path = Path.Combine(settings, "policy");
        if (!File.Exists(path))
        {
            var key = watching.Services.GetRequiredService<Witness>().Signer!.Key;
            File.WriteAllText(path, $"log {vkey}\nwitness neighbour {key} {watching.Urls.First()}/audit/witness\nquorum neighbour\n");
        }

        return path;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!condition())
        {
            await Task.Delay(20, limit.Token);
        }
    }
}
