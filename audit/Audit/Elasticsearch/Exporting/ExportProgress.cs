using Backbone.Audit.Storage;

namespace Backbone.Audit.Elasticsearch.Exporting;

/// <summary>
/// How far the export has come, for whoever asks, and its durable cursor. Batches end in any order; the cursor passes only what is done
/// without a gap. Written by the exporter alone.
/// </summary>
internal sealed class ExportProgress(TimeProvider clock)
{
    /// <summary>The lane of whatever comes before the first batch.</summary>
    public const long Contact = -1;

    private readonly Lock gate = new();
    private readonly SortedDictionary<long, long> doneAhead = [];
    private readonly HashSet<long> failing = [];
    private CursorFile? cursor;
    private long next;
    private long written;
    private DateTimeOffset lastWrite;

    /// <summary>Every event below it is in Elasticsearch or among the dead letters.</summary>
    public long Next
    {
        get
        {
            lock (gate)
            {
                return next;
            }
        }
    }

    /// <summary>The data stream that is written; null before the first contact.</summary>
    public string? Stream { get; private set; }

    /// <summary>What keeps the export from going on, and since when; null while it does.</summary>
    public ExportFault? Fault { get; private set; }

    /// <summary>When a request last ended without anybody knowing how.</summary>
    public DateTimeOffset? LastUnknown { get; private set; }

    /// <summary>Goes on where the cursor of that stream stands.</summary>
    public void Begin(string stream, CursorFile file)
    {
        lock (gate)
        {
            Stream = stream;
            cursor = file;
            next = written = file.Read() ?? 0;
            doneAhead.Clear();
            failing.RemoveWhere(lane => lane != Contact);
        }
    }

    /// <summary>All events from the first to before the end are indexed or dead-lettered, durably.</summary>
    /// <param name="first">Of the batch.</param>
    /// <param name="end">One past its last.</param>
    /// <param name="writeEvery">The cursor is written when its last writing is so long ago.</param>
    public void Done(long first, long end, TimeSpan writeEvery)
    {
        lock (gate)
        {
            doneAhead[first] = end;
            while (doneAhead.Count > 0 && doneAhead.First() is var lowest && lowest.Key <= next)
            {
                doneAhead.Remove(lowest.Key);
                next = Math.Max(next, lowest.Value);
            }

            if (clock.GetUtcNow() - lastWrite >= writeEvery)
            {
                WriteCursor();
            }
        }
    }

    /// <summary>Writes the cursor where it is behind.</summary>
    public void Flush()
    {
        lock (gate)
        {
            WriteCursor();
        }
    }

    /// <param name="lane">First event of the batch that does not get on; <see cref="Contact"/> before there are batches.</param>
    /// <param name="reason">What was answered.</param>
    /// <param name="mayHaveHappened">Nobody knows whether the request was carried out.</param>
    public void Failed(long lane, string reason, bool mayHaveHappened)
    {
        lock (gate)
        {
            failing.Add(lane);
            Fault = new ExportFault(reason, Fault?.Since ?? clock.GetUtcNow());
            LastUnknown = mayHaveHappened ? clock.GetUtcNow() : LastUnknown;
        }
    }

    /// <summary>
    /// A request was answered well. True when a fault ended with it: a batch that gets on says nothing of another that stands still.
    /// </summary>
    public bool Succeeded(long lane)
    {
        lock (gate)
        {
            failing.Remove(lane);
            if (failing.Count > 0 || Fault is null)
            {
                return false;
            }

            Fault = null;
            return true;
        }
    }

    private void WriteCursor()
    {
        if (cursor is not null && written != next)
        {
            cursor.Write(next);
            (written, lastWrite) = (next, clock.GetUtcNow());
        }
    }
}

/// <summary>Why the export stands still.</summary>
internal sealed record ExportFault(string Reason, DateTimeOffset Since);
