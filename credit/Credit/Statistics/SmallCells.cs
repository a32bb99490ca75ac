namespace Backbone.Credit.Statistics;

/// <summary>
/// A number that may be published, as so many passing from one place to another: what enters a place leaves it, and by that sums are said. A row's total
/// enters its row, the row's counts leave it, and so on to the grand total, which goes back to the start.
/// </summary>
internal readonly record struct CountFlow(int From, int To, long Count);

/// <summary>
/// Which numbers of a publication stay hidden, so that no count from 1 to below a bound is told or follows from sums. Zero is told: that nobody is there is
/// of no organisation. For each hidden small count there is another whole number that everything published allows too, larger by at least the bound.
/// </summary>
internal static class SmallCells
{
    /// <summary>Counts from 1 to below it stay hidden. Organisations. The pages' bound.</summary>
    public const int Bound = 10;

    /// <param name="flows">All numbers of all tables that are published together; in and out of each place they sum up.</param>
    /// <param name="bound">At least 2.</param>
    /// <param name="known">Numbers that are known from elsewhere: they are neither hidden here nor of use to hide others. Null for none.</param>
    /// <returns>For each number whether it is hidden; null where <paramref name="known"/> leaves no way, and nothing may be published.</returns>
    public static bool[]? Hidden(IReadOnlyList<CountFlow> flows, int bound, IReadOnlyList<bool>? known = null)
    {
        var hidden = new bool[flows.Count];
        for (var i = 0; i < flows.Count; i++)
        {
            hidden[i] = flows[i].Count > 0 && flows[i].Count < bound && known?[i] is not true;
        }

        var small = Enumerable.Range(0, flows.Count).Where(i => hidden[i]).OrderByDescending(i => flows[i].Count).ToList();
        foreach (var one in small)
        {
            if (WayRound(flows, hidden, known, one, bound) is not { } way)
            {
                return null;
            }

            foreach (var other in way)
            {
                hidden[other] = true;
            }
        }

        return hidden;
    }

    /// <summary>
    /// The numbers that move when one gets larger and all sums stay right: a way from where it goes to back to where it comes from. Forward along a number
    /// it gets larger, backward smaller, which wants more than the bound, so that it stays above zero. The way that hides least; what is hidden costs nothing.
    /// </summary>
    private static List<int>? WayRound(IReadOnlyList<CountFlow> flows, bool[] hidden, IReadOnlyList<bool>? known, int one, int bound)
    {
        var (best, by, queue) = (new Dictionary<int, long>(), new Dictionary<int, int>(), new PriorityQueue<int, long>());
        var (start, end) = (flows[one].To, flows[one].From);
        best[start] = 0;
        queue.Enqueue(start, 0);
        while (queue.TryDequeue(out var place, out var cost))
        {
            if (cost > best[place])
            {
                continue;
            }

            if (place == end)
            {
                return Way(flows, by, start, end);
            }

            for (var i = 0; i < flows.Count; i++)
            {
                var (from, to, count) = flows[i];

                // A zero is told, and everybody knows that what is hidden is not zero.
                if (i == one || count == 0 || known?[i] is true || (from != place && (to != place || count <= bound)))
                {
                    continue;
                }

                var next = from == place ? to : from;
                var price = cost + (hidden[i] ? 0 : count);
                if (!best.TryGetValue(next, out var former) || price < former)
                {
                    (best[next], by[next]) = (price, i);
                    queue.Enqueue(next, price);
                }
            }
        }

        return null;
    }

    private static List<int> Way(IReadOnlyList<CountFlow> flows, Dictionary<int, int> by, int start, int end)
    {
        var way = new List<int>();
        for (var place = end; place != start;)
        {
            var flow = by[place];
            way.Add(flow);
            place = flows[flow].To == place ? flows[flow].From : flows[flow].To;
        }

        return way;
    }
}
