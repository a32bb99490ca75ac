using Backbone.Platform.Entities;

namespace Backbone.Credit.Paper;

/// <summary>
/// Who may score and draw a report now: each takes a core, of an organisation with many facts for seconds, and anybody who may read the report may ask for it
/// again and again. One at a time for one organisation, so that it holds up no other; two on a host. Safe for many at once.
/// </summary>
internal sealed class DrawingPlaces(TimeProvider clock) : IDisposable
{
    public const int MostOnHost = 2;

    /// <summary>How long a place is waited for.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim host = new(MostOnHost);
    private readonly Lock gate = new();

    /// <summary>Of organisations for which somebody draws or waits; guarded by the gate.</summary>
    private readonly Dictionary<EntityCode, Turn> turns = [];

    /// <summary>Organisations for which somebody draws or waits.</summary>
    public int Organisations
    {
        get
        {
            lock (gate)
            {
                return turns.Count;
            }
        }
    }

    /// <returns>The place, given back when it is disposed of; null when there was none for <see cref="Longest"/>.</returns>
    /// <exception cref="OperationCanceledException">Nobody waits for it any more.</exception>
    public async Task<IDisposable?> EnterAsync(EntityCode organisation, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(Longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        var turn = Join(organisation);
        var isMine = false;
        try
        {
            // Its own turn first: who waits for that keeps no place on the host.
            await turn.One.WaitAsync(either.Token);
            isMine = true;
            await host.WaitAsync(either.Token);
            return new Place(this, organisation, turn);
        }
        catch (OperationCanceledException)
        {
            Leave(organisation, turn, isMine);
            cancellation.ThrowIfCancellationRequested();
            return null;
        }
    }

    public void Dispose() => host.Dispose();

    private Turn Join(EntityCode organisation)
    {
        lock (gate)
        {
            if (!turns.TryGetValue(organisation, out var turn))
            {
                turns[organisation] = turn = new Turn();
            }

            turn.Present++;
            return turn;
        }
    }

    private void Leave(EntityCode organisation, Turn turn, bool isMine)
    {
        if (isMine)
        {
            turn.One.Release();
        }

        lock (gate)
        {
            if (--turn.Present == 0)
            {
                turns.Remove(organisation);
                turn.One.Dispose();
            }
        }
    }

    private sealed class Turn
    {
        public SemaphoreSlim One { get; } = new(1);

        /// <summary>Who draws or waits; guarded by the gate.</summary>
        public int Present { get; set; }
    }

    private sealed class Place(DrawingPlaces places, EntityCode organisation, Turn turn) : IDisposable
    {
        private int left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) == 0)
            {
                places.host.Release();
                places.Leave(organisation, turn, isMine: true);
            }
        }
    }
}
