namespace Backbone.Audit.Storage;

/// <summary>The ids of the last <paramref name="window"/> events and where they are; rebuilt from the log at start. Owned by the writer.</summary>
internal sealed class RecentIds(int window)
{
    private readonly Dictionary<Guid, long> indexes = [];
    private readonly Queue<Guid> order = new();

    public int Window => window;

    public int Count => indexes.Count;

    public bool TryFind(Guid id, out long index)
    {
        return indexes.TryGetValue(id, out index);
    }

    /// <summary>False, and nothing changes, when the id is inside the window already.</summary>
    public bool Add(Guid id, long index)
    {
        if (!indexes.TryAdd(id, index))
        {
            return false;
        }

        order.Enqueue(id);
        if (order.Count > window)
        {
            indexes.Remove(order.Dequeue());
        }

        return true;
    }
}
