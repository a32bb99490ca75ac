using System.Globalization;
using System.Text;
using Backbone.Audit.Integrating;
using Backbone.Audit.Log.Checkpoints;
using Backbone.Audit.State;

namespace Backbone.Audit.Publishing;

/// <summary>
/// Signs what is integrated. The order is the safety: files of the tree, then the signed note into the database by compare and swap (durable),
/// only then the note where others see it. So no checkpoint is ever seen that the next start would not know of.
/// </summary>
internal sealed class Publisher(TlogFolder folder, LogSigner signer, Anchors anchors, PublishedLog published, KeptCheckpoints kept, TimeProvider clock)
{
    // Guards the files of checkpoints: the integrating loop and the witnesses' both write them.
    private readonly Lock gate = new();
    private long? signedSize;
    private bool known;

    /// <summary>What was to be the anchor when the database gave no answer: it may stand there.</summary>
    private CheckpointAnchor? inDoubt;

    /// <summary>
    /// Signs and publishes the tree as it is; nothing happens when that size is published already. What the database or the disk did not take may be
    /// asked for again.
    /// </summary>
    /// <exception cref="SplitLogException">Another process signs for this log.</exception>
    public async Task PublishAsync(Integrator tree, CancellationToken cancellation)
    {
        if (!known)
        {
            signedSize = (await anchors.FindAsync(signer.Origin, cancellation))?.Size;
            known = true;
        }

        if (tree.Size == 0 || published.State.Published == tree.Size)
        {
            return;
        }

        var size = tree.Size;
        var root = tree.Root();
        tree.WritePartials();
        var signed = signer.Sign(size, root).ToArray();
        var note = Encoding.UTF8.GetString(signed);
        var now = clock.GetUtcNow();
        await SettleDoubtAsync(cancellation);
        if (signedSize != size)
        {
            inDoubt = new CheckpointAnchor { Origin = signer.Origin, Size = size, Root = root.ToArray(), Note = note, SignedAt = now };
            await anchors.MoveAsync(signedSize, inDoubt, cancellation);
            (signedSize, inDoubt) = (size, null);
        }

        lock (gate)
        {
            folder.Write("checkpoint", signed);
            kept.Add(size, now, signed);
            published.Change(state => state with { Published = size, Checkpoint = note, PublishedAt = now });
        }
    }

    /// <summary>Whether our own last swap was carried out although nobody said so. Whatever else stands there is another's, which the next swap finds.</summary>
    private async Task SettleDoubtAsync(CancellationToken cancellation)
    {
        if (inDoubt is { } lost)
        {
            var there = await anchors.FindAsync(signer.Origin, cancellation);
            signedSize = there is not null && there.Size == lost.Size && there.Note == lost.Note ? lost.Size : signedSize;
            inDoubt = null;
        }
    }

    /// <summary>Witnesses have signed a published checkpoint: their lines join it, unless a newer one is out already.</summary>
    /// <param name="checkpoint">With their signatures.</param>
    /// <param name="quorum">The policy's quorum is among them.</param>
    public void Cosigned(SignedCheckpoint checkpoint, bool quorum)
    {
        var (size, bytes) = (checkpoint.Checkpoint.Size, checkpoint.ToArray());
        lock (gate)
        {
            kept.Replace(size, bytes);
            if (published.State.Published == size)
            {
                folder.Write("checkpoint", bytes);
                published.Change(state => state with { Checkpoint = Encoding.UTF8.GetString(bytes) });
            }

            if (quorum)
            {
                published.Change(state => state with { Witnessed = Math.Max(size, state.Witnessed) });
            }
        }
    }
}

/// <summary>Older checkpoints stay, so that consistency can be shown: the newest hundred, and the last of each hour.</summary>
internal sealed class KeptCheckpoints(TlogFolder folder)
{
    private const int Newest = 100;
    private readonly Queue<(long Size, DateTimeOffset At)> recent = new(folder.KeptSizes().Select(size => (size, folder.WrittenAt(Name(size)))));

    public void Add(long size, DateTimeOffset at, ReadOnlySpan<byte> note)
    {
        folder.Write(Name(size), note);
        recent.Enqueue((size, at));
        while (recent.Count > Newest)
        {
            var oldest = recent.Dequeue();

            // The next one is of a later hour: the oldest was the last of its own.
            if (Hour(recent.Peek().At) == Hour(oldest.At))
            {
                File.Delete(folder.PathOf(Name(oldest.Size)));
            }
        }
    }

    /// <summary>The same checkpoint with more signatures; one that is gone is not brought back.</summary>
    public void Replace(long size, ReadOnlySpan<byte> note)
    {
        if (recent.Any(one => one.Size == size))
        {
            folder.Write(Name(size), note);
        }
    }

    private static string Name(long size) => "checkpoints/" + size.ToString(CultureInfo.InvariantCulture);

    private static long Hour(DateTimeOffset at) => at.UtcTicks / TimeSpan.TicksPerHour;
}
