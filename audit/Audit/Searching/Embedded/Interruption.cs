using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// Ends what a connection runs once it is no longer wanted. Told again and again until it has ended: the engine forgets what it was told before a
/// statement begins, and one that nobody waits for would keep its place and a processor for as long as it takes.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(20);
    private readonly Lock gate = new();
    private readonly DuckDBConnection connection;
    private readonly Timer timer;
    private readonly CancellationTokenRegistration registration;
    private bool ended;

    /// <param name="connection">Disposed of after this.</param>
    public Interruption(DuckDBConnection connection, CancellationToken cancellation)
    {
        this.connection = connection;
        timer = new Timer(_ => Tell());
        registration = cancellation.Register(() => timer.Change(TimeSpan.Zero, Again));
    }

    public void Dispose()
    {
        registration.Dispose();
        timer.Dispose();
        lock (gate)
        {
            ended = true;
        }
    }

    private void Tell()
    {
        // Under the gate, for the connection is gone soon after this has ended.
        lock (gate)
        {
            if (!ended)
            {
                NativeMethods.Startup.DuckDBInterrupt(connection.NativeConnection);
            }
        }
    }
}
