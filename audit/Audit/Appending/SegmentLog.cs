using Backbone.Audit.Contracts;
using Backbone.Audit.Storage;
using Backbone.Platform;
using Microsoft.Extensions.ObjectPool;

namespace Backbone.Audit.Appending;

/// <summary>
/// The audit log of this process: callers queue, one thread writes and fsyncs whole batches, and only then are callers told.
/// States: accepting; closed (disposed: drains first); failed (a storage error: nothing is accepted until the log is opened anew, since
/// after a failed fsync nobody knows what is on disk).
/// </summary>
internal sealed class SegmentLog : IAuditTrail, IAsyncDisposable, IDisposable
{
    private readonly ISegmentStore store;
    private readonly SegmentLogSettings settings;
    private readonly AppendQueue queue;
    private readonly BatchWriter batches;
    private readonly Thread thread;
    private readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ObjectPool<PendingAppend> pool;
    private volatile Exception? failure;
    private int disposed;

    /// <summary>Recovers what is in the store and takes ownership of it.</summary>
    /// <exception cref="AuditLogCorruptException">The log is damaged; the store has been closed and not changed.</exception>
    public SegmentLog(ISegmentStore store, SegmentLogSettings settings, Guid newLogId)
    {
        this.store = store;
        this.settings = settings;
        try
        {
            var recovered = new Recovery(store, settings.DeduplicationWindow, settings.VerifyAll).Run();
            Torn = recovered.Torn;
            var writer = SegmentWriter.Open(store, recovered, settings.SegmentBytes, newLogId);
            Records = new LogReader(store, recovered.Segments, recovered.NextIndex);
            batches = new BatchWriter(writer, Records, recovered.Recent, recovered.NextIndex, settings.BatchBytes);
        }
        catch
        {
            store.Dispose();
            throw;
        }

        queue = new AppendQueue(settings.QueueLength);
        pool = new DefaultObjectPool<PendingAppend>(new PoolPolicy(() => pool!), maximumRetained: 4096);
        thread = new Thread(Write) { IsBackground = true, Name = "audit log writer" };
        thread.Start();
    }

    /// <summary>Everything durable, for readers: pages, and later the tree, the indexes and the exporter.</summary>
    public LogReader Records { get; }

    /// <summary>What recovery cut from the tail, if anything.</summary>
    public TornTail? Torn { get; }

    /// <summary>Why the log takes nothing any more; null while it does.</summary>
    public Exception? Failure => failure;

    public bool IsAccepting => failure is null && Volatile.Read(ref disposed) == 0;

    public ValueTask<long> AppendAsync(AuditEvent auditEvent, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(auditEvent);
        var append = pool.Get();
        append.Start(auditEvent.Id.Value);
        try
        {
            AuditEventJson.Write(auditEvent, append);
            RefuseSize(append.Payload.Length);
        }
        catch
        {
            append.Abandon();
            throw;
        }

        return Queue(append, cancellation);
    }

    public ValueTask<long> AppendAsync(EventId id, ReadOnlyMemory<byte> encoded, CancellationToken cancellation = default)
    {
        RefuseSize(encoded.Length);
        Span<byte> text = stackalloc byte[36];
        id.Value.TryFormat(text, out _, "D");
        if (encoded.Span.IndexOf(text) < 0)
        {
            throw new ArgumentException($"encoded: event.id {id} is not in the event", nameof(encoded));
        }

        var append = pool.Get();
        append.Start(id.Value, encoded);
        return Queue(append, cancellation);
    }

    /// <summary>
    /// Deletes the segments that end at or before the index, oldest first; the one being written stays. Whoever reads from one of them goes on.
    /// Beside the writer; one caller at a time. A crash in the middle leaves some of them, which the next call deletes.
    /// </summary>
    /// <returns><see cref="LogReader.StartIndex"/>.</returns>
    public long DeleteBelow(long index)
    {
        var start = Records.Complete().TakeWhile(segment => segment.End <= index).Select(segment => segment.End).LastOrDefault(Records.StartIndex);
        if (start > store.ReadMinimum())
        {
            // First, or a start after a crash would take them for lost.
            store.WriteMinimum(start);
        }

        foreach (var name in Records.Hide(start))
        {
            store.Delete(name);
        }

        store.SyncDirectory();
        return Records.StartIndex;
    }

    private static void RefuseSize(int bytes)
    {
        if (bytes is 0 or > AuditEventJson.MaxBytes)
        {
            throw new ArgumentException($"event: 1 to {AuditEventJson.MaxBytes} bytes encoded, has {bytes}");
        }
    }

    private ValueTask<long> Queue(PendingAppend append, CancellationToken cancellation)
    {
        var task = append.Task;
        switch (queue.TryAdd(append))
        {
            case QueueAnswer.Taken:
                return task;
            case QueueAnswer.Closed:
                append.Abandon();
                return ValueTask.FromException<long>(Unavailable());
            default:
                return QueueWhenRoom(append, cancellation);
        }
    }

    private async ValueTask<long> QueueWhenRoom(PendingAppend append, CancellationToken cancellation)
    {
        var task = append.Task;
        var answer = QueueAnswer.Full;
        try
        {
            while (answer == QueueAnswer.Full)
            {
                await queue.RoomAsync(cancellation).ConfigureAwait(false);
                answer = queue.TryAdd(append);
            }
        }
        catch
        {
            append.Abandon();
            throw;
        }

        if (answer == QueueAnswer.Closed)
        {
            append.Abandon();
            throw Unavailable();
        }

        return await task.ConfigureAwait(false);
    }

    private AuditUnavailableException Unavailable()
    {
        return failure is { } cause
            ? new AuditUnavailableException("the audit log stopped after a storage error: " + cause.Message, cause)
            : new AuditUnavailableException("the audit log is closed");
    }

    /// <summary>The writer's thread, from construction until the queue is closed and empty or storage failed.</summary>
    private void Write()
    {
        var taken = new List<PendingAppend>();
        try
        {
            while (queue.TakeAll(ref taken))
            {
                batches.Write(taken);
            }
        }
#pragma warning disable CA1031 // Whatever went wrong, every waiter must be told and nothing more be taken.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fail(e, taken);
        }

        stopped.SetResult();
    }

    private void Fail(Exception cause, List<PendingAppend> taken)
    {
        failure = cause;
        queue.Close();
        batches.FailRemaining(taken, Unavailable);
        while (queue.TakeAll(ref taken))
        {
            foreach (var append in taken)
            {
                append.Fail(Unavailable());
            }
        }

        Records.Close();
    }

    /// <summary>Takes nothing more, writes what was queued, then closes files and lock.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Close();
        await stopped.Task.ConfigureAwait(false);
        Close();
    }

    public void Dispose()
    {
        queue.Close();
        thread.Join();
        Close();
    }

    private void Close()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0)
        {
            Records.Close();
            batches.Dispose();
            store.Dispose();
        }
    }

    /// <summary>The pool's objects return themselves to it, so it is asked for only when the first one is made.</summary>
    private sealed class PoolPolicy(Func<ObjectPool<PendingAppend>> pool) : PooledObjectPolicy<PendingAppend>
    {
        public override PendingAppend Create()
        {
            return new PendingAppend(pool());
        }

        public override bool Return(PendingAppend obj)
        {
            return true;
        }
    }
}
