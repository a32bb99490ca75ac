namespace Backbone.Audit.Appending;

internal enum QueueAnswer
{
    Taken,
    Full,
    Closed,
}

/// <summary>
/// The bounded way from many callers to the one writer thread. Not a <c>Channel</c>: the writer is a thread that blocks, and waking it
/// through a channel goes by way of the thread pool, which may be starved by the very requests that wait for the writer.
/// The writer takes everything at once by swapping lists.
/// </summary>
internal sealed class AppendQueue(int capacity)
{
    private readonly object gate = new();
    private List<PendingAppend> waiting = [];
    private TaskCompletionSource? room;
    private bool closed;

    public QueueAnswer TryAdd(PendingAppend append)
    {
        lock (gate)
        {
            if (closed)
            {
                return QueueAnswer.Closed;
            }

            if (waiting.Count >= capacity)
            {
                return QueueAnswer.Full;
            }

            waiting.Add(append);
            if (waiting.Count == 1)
            {
                Monitor.Pulse(gate);
            }

            return QueueAnswer.Taken;
        }
    }

    /// <summary>Completes when it may be worth trying again: there was room, or the queue is closed.</summary>
    public Task RoomAsync(CancellationToken cancellation)
    {
        lock (gate)
        {
            if (closed || waiting.Count < capacity)
            {
                return Task.CompletedTask;
            }

            room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return room.Task.WaitAsync(cancellation);
        }
    }

    /// <summary>Waits for appends and takes all; the list given back becomes the next to fill. False when closed and empty.</summary>
    public bool TakeAll(ref List<PendingAppend> list)
    {
        list.Clear();
        TaskCompletionSource? waiters;
        lock (gate)
        {
            while (waiting.Count == 0)
            {
                if (closed)
                {
                    return false;
                }

                Monitor.Wait(gate);
            }

            (list, waiting) = (waiting, list);
            waiters = room;
            room = null;
        }

        waiters?.SetResult();
        return true;
    }

    /// <summary>Takes no more; what is inside stays for the writer.</summary>
    public void Close()
    {
        TaskCompletionSource? waiters;
        lock (gate)
        {
            closed = true;
            Monitor.PulseAll(gate);
            waiters = room;
            room = null;
        }

        waiters?.SetResult();
    }
}
