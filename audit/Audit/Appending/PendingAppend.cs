using System.Buffers;
using System.Threading.Tasks.Sources;
using Microsoft.Extensions.ObjectPool;

namespace Backbone.Audit.Appending;

/// <summary>
/// One append on its way: filled by the caller's thread, read by the writer's, completed by the writer, awaited once by the caller, who
/// thereby gives it back to the pool. Continuations never run on the writer's thread.
/// </summary>
internal sealed class PendingAppend(ObjectPool<PendingAppend> pool) : IValueTaskSource<long>, IBufferWriter<byte>
{
    private const int KeptBytes = 4096;
    private ManualResetValueTaskSourceCore<long> core = new() { RunContinuationsAsynchronously = true };
    private byte[] buffer = [];
    private int written;
    private ReadOnlyMemory<byte> borrowed;

    public Guid EventId { get; private set; }

    /// <summary>Set by the writer when the record has its place.</summary>
    public long Index { get; set; }

    public ReadOnlySpan<byte> Payload => borrowed.IsEmpty ? buffer.AsSpan(0, written) : borrowed.Span;

    public ValueTask<long> Task => new(this, core.Version);

    /// <summary>Whoever takes it from the pool encodes into it afterwards.</summary>
    public void Start(Guid eventId)
    {
        EventId = eventId;
    }

    public void Start(Guid eventId, ReadOnlyMemory<byte> encoded)
    {
        EventId = eventId;
        borrowed = encoded;
    }

    public void Complete()
    {
        core.SetResult(Index);
    }

    public void Fail(Exception exception)
    {
        core.SetException(exception);
    }

    /// <summary>Back to the pool without having been queued.</summary>
    public void Abandon()
    {
        core.Reset();
        written = 0;
        borrowed = default;
        if (buffer.Length > KeptBytes)
        {
            buffer = [];
        }

        pool.Return(this);
    }

    public long GetResult(short token)
    {
        try
        {
            return core.GetResult(token);
        }
        finally
        {
            Abandon();
        }
    }

    public ValueTaskSourceStatus GetStatus(short token)
    {
        return core.GetStatus(token);
    }

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        core.OnCompleted(continuation, state, token, flags);
    }

    public void Advance(int count)
    {
        written += count;
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        var needed = written + Math.Max(sizeHint, 1);
        if (needed > buffer.Length)
        {
            Array.Resize(ref buffer, Math.Max(needed, Math.Max(1024, buffer.Length * 2)));
        }

        return buffer.AsSpan(written);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        GetSpan(sizeHint);
        return buffer.AsMemory(written);
    }
}
