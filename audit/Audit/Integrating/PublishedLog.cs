using System.Collections.Immutable;

namespace Backbone.Audit.Integrating;

/// <summary>How far events have come, for whoever asks; written by the integrating loop and the witness loop only.</summary>
internal sealed class PublishedLog
{
    private readonly Lock gate = new();
    private TaskCompletionSource moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PublishedState state = new(0, 0, 0, null, null);

    public PublishedState State
    {
        get
        {
            lock (gate)
            {
                return state;
            }
        }
    }

    /// <summary>Why nothing is integrated or published any more; null while it is.</summary>
    public Exception? Failure { get; private set; }

    public void Change(Func<PublishedState, PublishedState> change)
    {
        TaskCompletionSource waiters;
        lock (gate)
        {
            state = change(state);
            waiters = moved;
            moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        waiters.SetResult();
    }

    public void Fail(Exception cause)
    {
        Failure = cause;
        Change(same => same);
    }

    /// <summary>Completes once a published checkpoint covers the leaf.</summary>
    /// <exception cref="SplitLogException">Publishing has stopped.</exception>
    public Task WaitPublishedAsync(long index, CancellationToken cancellation) => WaitAsync(now => now.Published > index, cancellation);

    /// <summary>Completes once the leaf is in the tree.</summary>
    /// <exception cref="SplitLogException">Integrating has stopped.</exception>
    public Task WaitIntegratedAsync(long index, CancellationToken cancellation) => WaitAsync(now => now.Integrated > index, cancellation);

    private async Task WaitAsync(Func<PublishedState, bool> isReached, CancellationToken cancellation)
    {
        while (true)
        {
            Task wait;
            lock (gate)
            {
                if (isReached(state))
                {
                    return;
                }

                wait = moved.Task;
            }

            if (Failure is { } cause)
            {
                throw new Publishing.SplitLogException("publishing has stopped: " + cause.Message, cause);
            }

            await wait.WaitAsync(cancellation);
        }
    }
}

/// <summary>One moment of the log.</summary>
/// <param name="Integrated">Leaves in the tree.</param>
/// <param name="Published">Size of the newest signed checkpoint.</param>
/// <param name="Witnessed">Size of the newest checkpoint with the policy's quorum of cosignatures.</param>
/// <param name="Checkpoint">The newest signed note, word for word; null before the first.</param>
/// <param name="PublishedAt">When it was signed.</param>
internal sealed record PublishedState(long Integrated, long Published, long Witnessed, string? Checkpoint, DateTimeOffset? PublishedAt)
{
    /// <summary>When this process began to integrate and publish; null before.</summary>
    public DateTimeOffset? BegunAt { get; init; }

    /// <summary>Witnesses that answered the newest round, by name, with what they said when they refused.</summary>
    public ImmutableSortedDictionary<string, string> Witnesses { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}
