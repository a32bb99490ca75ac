using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Packs;

namespace Backbone.Credit.Scoring.Kernel;

/// <summary>Lays out, for each pair of type and class, the rules and overrides it feeds.</summary>
internal sealed class FeedTable(FactTypes types, ParameterValues values)
{
    private readonly SortedDictionary<int, List<Feed>> bySlot = [];

    public (int[] Start, Feed[] Feeds) Build(CompiledRule[] rules, CompiledOverride[] overrides)
    {
        for (var i = 0; i < rules.Length; i++)
        {
            var rule = rules[i].Rule;
            Add(rule.Select, (byte)i, FeedRole.Measured, category => PointsOf(rule, rules[i].Gathering, category), rule.Id);
            if (rule.Against is { } against)
            {
                Add(against, (byte)i, FeedRole.Against, _ => 0, rule.Id);
            }
        }

        for (var i = 0; i < overrides.Length; i++)
        {
            Add(overrides[i].Override.Select, (byte)i, FeedRole.Overrides, _ => 0, overrides[i].Override.Id);
        }

        var slots = (bySlot.Count == 0 ? 0 : bySlot.Keys.Max()) + 1;
        var start = new int[slots + 1];
        var feeds = new List<Feed>();
        for (var slot = 0; slot < slots; slot++)
        {
            start[slot] = feeds.Count;
            if (bySlot.TryGetValue(slot, out var here))
            {
                feeds.AddRange(here);
            }
        }

        start[slots] = feeds.Count;
        return (start, [.. feeds]);
    }

    private void Add(Selection select, byte index, FeedRole role, Func<SeverityClass, int> points, string owner)
    {
        foreach (var code in select.Types)
        {
            var type = types.Find(code) ?? throw new PackException($"{owner} names the fact type {code}, which is not in the catalogue");
            for (var category = SeverityClass.None; category <= SeverityClass.Serious; category++)
            {
                if (!select.Classes.IsEmpty && !select.Classes.Contains(category))
                {
                    continue;
                }

                var slot = type.Number * 4 + (int)category;
                if (!bySlot.TryGetValue(slot, out var here))
                {
                    bySlot[slot] = here = [];
                }

                here.Add(new Feed(index, role, points(category)));
            }
        }
    }

    /// <summary>Points of a class; those of no class hold where the rule names none of its own.</summary>
    private int PointsOf(Rule rule, Gathering gathering, SeverityClass category)
    {
        if (gathering != Gathering.Each)
        {
            return 0;
        }

        if (rule.Points.TryGetValue(category, out var own))
        {
            return (int)values.Of(own);
        }

        return rule.Points.TryGetValue(SeverityClass.None, out var common) ? (int)values.Of(common) : 0;
    }
}
