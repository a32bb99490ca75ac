using Backbone.Audit.Storage;

namespace Backbone.Audit.Elasticsearch.Exporting;

/// <summary>
/// How far the export has come, for whoever asks, and its durable cursor. Batches end in any order; the cursor passes only what is done
/// without a gap. Written by the exporter alone.
/// </summary>
internal sealed class ExportProgress(TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<long, long> doneAhead = [];
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

    public void Failed(string reason, bool mayHaveHappened)
    {
        lock (gate)
        {
            Fault = new ExportFault(reason, Fault?.Since ?? clock.GetUtcNow());
            LastUnknown = mayHaveHappened ? clock.GetUtcNow() : LastUnknown;
        }
    }

    /// <summary>A request was answered well. True when a fault ended with it.</summary>
    public bool Succeeded()
    {
        lock (gate)
        {
            var ended = Fault is not null;
            Fault = null;
            return ended;
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
