using System.Collections.Immutable;
using DuckDB.NET.Data;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>What searches see from one moment on: parts without a gap between them, in order of leaf.</summary>
/// <param name="Start">The first leaf the log still has; what files hold below it is not shown.</param>
/// <param name="End">One past the newest leaf of the last part; <paramref name="Start"/> when there is none.</param>
internal sealed record IndexView(ImmutableArray<IIndexPart> Parts, long Start, long End)
{
    public static IndexView Empty { get; } = new([], 0, 0);
}

/// <summary>
/// Hands out the newest view, and keeps what an older one needs (a replaced file, a table that became a file) until the last search that began
/// on it has ended.
/// </summary>
internal sealed class IndexViews
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<long, int> readers = [];
    private readonly List<(long Generation, Action Delete)> retired = [];
    private long generation;

    public IndexView Newest { get; private set; } = IndexView.Empty;

    public Lease Take()
    {
        lock (gate)
        {
            readers[generation] = readers.GetValueOrDefault(generation) + 1;
            return new Lease(this, generation, Newest);
        }
    }

    /// <summary>From now on searches begin on this view; what it no longer needs is deleted once nobody reads it.</summary>
    public void Publish(IndexView view, params IEnumerable<Action> unneeded)
    {
        lock (gate)
        {
            retired.AddRange(unneeded.Select(delete => (generation, delete)));
            generation++;
            Newest = view;
        }

        Sweep();
    }

    private void Release(long taken)
    {
        lock (gate)
        {
            if (--readers[taken] == 0)
            {
                readers.Remove(taken);
            }
        }

        Sweep();
    }

    private void Sweep()
    {
        List<Action> now;
        lock (gate)
        {
            var oldest = readers.Count > 0 ? readers.Keys.First() : long.MaxValue;
            now = [.. retired.Where(one => one.Generation < oldest).Select(one => one.Delete)];
            retired.RemoveAll(one => one.Generation < oldest);
        }

        foreach (var delete in now)
        {
            try
            {
                delete();
            }
            catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or EngineRefusedException or DuckDBException)
            {
                // It takes room and is seen by nobody; the next start deletes it.
            }
        }
    }

    /// <summary>Held while a search runs.</summary>
    internal sealed class Lease(IndexViews views, long generation, IndexView view) : IDisposable
    {
        public IndexView View => view;

        public void Dispose() => views.Release(generation);
    }
}
