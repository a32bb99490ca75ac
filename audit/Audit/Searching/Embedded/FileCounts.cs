namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// What whole files were counted to, kept in memory: a file never changes, so its counts are true as long as it exists. Only what is far less
/// than the file is kept, and what was asked for last. Any thread may ask.
/// </summary>
internal sealed class FileCounts
{
    /// <summary>Groups of one file and set, at most; and at most one for eight of its events.</summary>
    private const int MostOfFile = 32_768;
    private const int EventsOfGroup = 8;

    /// <summary>Groups of all, at most, with what each entry takes besides: about 40 MB where values are ids.</summary>
    private const int Most = 400_000;

    /// <summary>What an entry takes in memory without any groups, in groups: its names, its place and its turn.</summary>
    private const int EntryTakes = 8;

    private readonly Lock gate = new();
    private readonly Dictionary<(string File, string Set), Entry> entries = [];
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);
    private long taken;
    private long turn;

    public static int MostGroups(IndexFile file) => (int)Math.Min(MostOfFile, Math.Max(64, file.Rows / EventsOfGroup));

    /// <summary>False when it was never counted; then <paramref name="kept"/> is null, as it is for what has too many groups.</summary>
    public bool Knows(IndexFile file, SummarySet set, out IReadOnlyList<CountedGroup>? kept)
    {
        lock (gate)
        {
            var known = entries.TryGetValue((file.Name, set.Name), out var entry);
            if (known)
            {
                entry!.Turn = ++turn;
            }

            kept = entry?.Groups;
            return known;
        }
    }

    /// <param name="file">Counted from its first to its last event.</param>
    /// <param name="set">By what.</param>
    /// <param name="counted">All groups; null when there are more than <see cref="MostGroups"/>.</param>
    public void Keep(IndexFile file, SummarySet set, IReadOnlyList<CountedGroup>? counted)
    {
        lock (gate)
        {
            Remove((file.Name, set.Name));
            entries[(file.Name, set.Name)] = new Entry(counted is null ? null : [.. counted.Select(Shared)]) { Turn = ++turn };
            taken += EntryTakes + (counted?.Count ?? 0);
            if (taken > Most)
            {
                Shrink();
            }
        }
    }

    /// <summary>To three quarters, so that it is not done each time.</summary>
    private void Shrink()
    {
        foreach (var (key, _) in entries.OrderBy(entry => entry.Value.Turn).ToList())
        {
            if (taken <= Most / 4 * 3)
            {
                break;
            }

            Remove(key);
        }

        var used = entries.Values.SelectMany(entry => entry.Groups ?? []).Select(group => group.Key?.Text).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var text in texts.Keys.Where(text => !used.Contains(text)).ToList())
        {
            texts.Remove(text);
        }
    }

    private void Remove((string File, string Set) key)
    {
        if (entries.Remove(key, out var gone))
        {
            taken -= EntryTakes + (gone.Groups?.Length ?? 0);
        }
    }

    /// <summary>The same value of many files is one text in memory.</summary>
    private CountedGroup Shared(CountedGroup group)
    {
        if (group.Key?.Text is not { } text)
        {
            return group;
        }

        if (!texts.TryGetValue(text, out var shared))
        {
            texts[text] = shared = text;
        }

        return group with { Key = new FacetKey(shared) };
    }

    private sealed class Entry(CountedGroup[]? groups)
    {
        public CountedGroup[]? Groups => groups;

        public long Turn { get; set; }
    }
}
