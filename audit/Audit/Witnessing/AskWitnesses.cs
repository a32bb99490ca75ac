using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using Backbone.Audit.Integrating;
using Backbone.Audit.Log;
using Backbone.Audit.Log.Checkpoints;
using Backbone.Audit.Log.Notes;
using Backbone.Audit.Log.Policy;
using Backbone.Audit.Log.Proofs;
using Backbone.Audit.Log.Tree;
using Backbone.Audit.Log.Witness;
using Backbone.Audit.Publishing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Witnessing;

/// <summary>
/// Asks the policy's witnesses to cosign each new checkpoint, all at once, the newest only. A witness that is away costs its cosignature and
/// nothing else. A witness that has seen more than this log holds, or another history, is evidence that the log was rolled back or forked:
/// publishing stops for good, and at start the start does.
/// </summary>
internal sealed class AskWitnesses(
    PublishedLog published, TlogFolder folder, Publisher publisher, Anchors anchors, LogSigner log, IHttpClientFactory clients,
    IOptions<PublishingOptions> options, TimeProvider clock, ILogger<AuditModule> logger) : BackgroundService, IHostedLifecycleService
{
    /// <summary>The name of the HTTP client.</summary>
    public const string Client = "audit-witness";

    /// <summary>A witness that has not answered by then is asked again with the next checkpoint.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Of a witness's answer: signature lines, or a size.</summary>
    private const int MostAnswerBytes = 64 << 10;

    /// <summary>Before a round that failed here is tried again.</summary>
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private readonly LogPolicy? policy = options.Value.PolicyFile is { } file ? LogPolicy.Parse(File.ReadAllBytes(file)) : null;
    private readonly Dictionary<string, long> seen = new(StringComparer.Ordinal);

    /// <summary>How long it waits is this class's matter; what a witness says is bounded, and it leads nowhere else.</summary>
    public static void AddClient(IServiceCollection services) => services.AddHttpClient(Client)
        .ConfigureHttpClient(client => client.MaxResponseContentBufferSize = MostAnswerBytes)
        .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    /// <summary>Holds the newest signed checkpoint against every witness within reach.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (policy is not null && await anchors.FindAsync(log.Origin, cancellationToken) is { } anchor && log.Read(anchor.Note) is { } newest)
        {
            await RoundAsync(policy, newest, cancellationToken);
        }
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (policy is null)
        {
            return;
        }

        var asked = 0L;
        while (await IsPublishedAsync(asked, stoppingToken))
        {
            try
            {
                if (published.State.Checkpoint is { } note && log.Read(note) is { } newest)
                {
                    await RoundAsync(policy, newest, stoppingToken);
                    asked = newest.Checkpoint.Size;
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (SplitLogException split)
            {
                published.Fail(split);
                WitnessLines.Contradicted(logger, split.Message);
                return;
            }
#pragma warning disable CA1031 // Whatever went wrong here (a full disk, a file of the tree), it costs cosignatures and not the host.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                WitnessLines.Failed(logger, failure.Message, failure);
                await Task.Delay(AfterFailure, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Waits for a checkpoint of more events; false when there will be none: the host stops, or publishing has, which is no witness's word and said elsewhere.</summary>
    private async Task<bool> IsPublishedAsync(long beyond, CancellationToken stopping)
    {
        try
        {
            await published.WaitPublishedAsync(beyond, stopping);
            return true;
        }
        catch (Exception over) when (over is SplitLogException || stopping.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task RoundAsync(LogPolicy policy, SignedCheckpoint checkpoint, CancellationToken cancellation)
    {
        var answers = await Task.WhenAll(policy.Witnesses.Where(witness => witness.Url is not null)
            .Select(witness => AskAsync(witness, checkpoint, cancellation)));
        var cosigned = checkpoint.With(answers.SelectMany(answer => answer.Lines));
        var met = policy.Evaluate(cosigned) is PolicyVerdict.Accepted;
        if (answers.Any(answer => answer.Lines.Count > 0))
        {
            publisher.Cosigned(cosigned, met);
        }

        var words = answers.ToImmutableSortedDictionary(answer => answer.Witness, answer => answer.Said, StringComparer.Ordinal);
        published.Change(state => state with { Witnesses = words });
    }

    private async Task<Answer> AskAsync(PolicyWitness witness, SignedCheckpoint checkpoint, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            // The second time with the size the witness named.
            for (var attempt = 0; attempt < 2; attempt++)
            {
                var (status, body) = await PostAsync(witness, checkpoint, limit.Token);
                switch (status)
                {
                    case HttpStatusCode.OK:
                        var lines = SignedNote.ParseSignatures(body).Where(witness.Key.IsNamedBy)
                            .Where(line => witness.Key.Verify(checkpoint.Note.Text.Span, line.Signature.Span, out _)).ToList();
                        Remember(witness, checkpoint.Checkpoint.Size);
                        return new Answer(witness.Name, lines.Count > 0 ? "cosigned" : "answered without a good signature of its key", lines);
                    case HttpStatusCode.Conflict when Size(body) is { } size && size <= checkpoint.Checkpoint.Size && size != Seen(witness):
                        Remember(witness, size);
                        continue;
                    case HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity:
                        throw Contradiction(witness, checkpoint, status, body);
                    default:
                        return new Answer(witness.Name, string.Create(CultureInfo.InvariantCulture, $"refused with {(int)status}"), []);
                }
            }

            return new Answer(witness.Name, "changes its mind about the size it has seen", []);
        }
        catch (Exception away) when (away is HttpRequestException or LogFormatException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            WitnessLines.Away(logger, witness.Name, away.Message);
            return new Answer(witness.Name, away is OperationCanceledException ? "did not answer in time" : "is out of reach", []);
        }
    }

    private async Task<(HttpStatusCode Status, byte[] Body)> PostAsync(PolicyWitness witness, SignedCheckpoint checkpoint, CancellationToken cancellation)
    {
        var old = Math.Min(Seen(witness), checkpoint.Checkpoint.Size);
        TreeHash[] proof = old == 0 || old == checkpoint.Checkpoint.Size ? [] : ConsistencyProof.Generate(old, checkpoint.Checkpoint.Size, folder.ReadTile);
        using var client = clients.CreateClient(Client);
        using var content = new ByteArrayContent(new AddCheckpointRequest(old, proof, checkpoint).ToArray());
        using var answer = await client.PostAsync(new Uri(witness.Url!.TrimEnd('/') + "/add-checkpoint"), content, cancellation);
        return (answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(cancellation));
    }

    /// <summary>What a witness remembers and this log cannot lead to.</summary>
    private static SplitLogException Contradiction(PolicyWitness witness, SignedCheckpoint checkpoint, HttpStatusCode status, byte[] body) =>
        status == HttpStatusCode.Conflict && Size(body) is { } size && size > checkpoint.Checkpoint.Size
            ? new SplitLogException($"the witness {witness.Name} has cosigned {size} events of this log, which now has {checkpoint.Checkpoint.Size}: the log was rolled back. "
                + "Restore the newest copy of the log.")
            : new SplitLogException($"the witness {witness.Name} has cosigned another history of this log than the one of {checkpoint.Checkpoint.Size} events here: "
                + "the log was forked or changed. Keep a copy as evidence and restore the log.");

    private static long? Size(byte[] body) =>
        body.Length <= 20 && long.TryParse(Encoding.ASCII.GetString(body).TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : null;

    private long Seen(PolicyWitness witness)
    {
        lock (seen)
        {
            return seen.GetValueOrDefault(witness.Name);
        }
    }

    private void Remember(PolicyWitness witness, long size)
    {
        lock (seen)
        {
            seen[witness.Name] = size;
        }
    }

    private sealed record Answer(string Witness, string Said, IReadOnlyList<SignatureLine> Lines);
}

internal static partial class WitnessLines
{
    [LoggerMessage(3100, LogLevel.Warning, "The witness {Witness} did not cosign: {Reason}")]
    public static partial void Away(ILogger logger, string witness, string reason);

    [LoggerMessage(3101, LogLevel.Critical, "A witness contradicts the audit log: {Reason}")]
    public static partial void Contradicted(ILogger logger, string reason);

    [LoggerMessage(3102, LogLevel.Error, "Witnesses could not be asked, and are asked again: {Reason}")]
    public static partial void Failed(ILogger logger, string reason, Exception cause);
}
