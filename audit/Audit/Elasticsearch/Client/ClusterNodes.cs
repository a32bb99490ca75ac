namespace Backbone.Audit.Elasticsearch.Client;

/// <summary>
/// The nodes named in the settings, and which of them answered last. No sniffing: what a cluster says of its own addresses is often not
/// what reaches it. A node that failed rests, twice as long each time, and is still asked when no other is left.
/// </summary>
internal sealed class ClusterNodes(IReadOnlyList<Uri> addresses, TimeProvider clock)
{
    private static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(30);
    private readonly Lock gate = new();
    private readonly ClusterNode[] nodes = [.. addresses.Select(address => new ClusterNode(address))];
    private int turn;

    /// <summary>Every node once: those that do not rest, beginning with the next in turn, then those whose rest ends first.</summary>
    public IReadOnlyList<ClusterNode> InTurn()
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            turn = (turn + 1) % nodes.Length;
            return [.. nodes[turn..].Concat(nodes[..turn]).OrderBy(node => node.RestsUntil > now ? node.RestsUntil : DateTimeOffset.MinValue)];
        }
    }

    public void Answered(ClusterNode node)
    {
        lock (gate)
        {
            node.Rest = TimeSpan.Zero;
            node.RestsUntil = DateTimeOffset.MinValue;
        }
    }

    public void Failed(ClusterNode node)
    {
        lock (gate)
        {
            node.Rest = node.Rest == TimeSpan.Zero ? FirstRest : TimeSpan.FromTicks(Math.Min(node.Rest.Ticks * 2, LongestRest.Ticks));
            node.RestsUntil = clock.GetUtcNow() + node.Rest;
        }
    }
}

/// <summary>One node; its rest is the property of <see cref="ClusterNodes"/>.</summary>
internal sealed class ClusterNode(Uri address)
{
    public Uri Address => address;

    public TimeSpan Rest { get; set; }

    public DateTimeOffset RestsUntil { get; set; }
}
