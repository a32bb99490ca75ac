namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// Histogram and facets in one pass over the files (grouping sets). The engine counts each value; which are the most frequent is decided here
/// as the counts stream by, so that a field with millions of values takes no memory for its list of values. Files of which every event matches
/// are counted once: what they were counted to is kept (<see cref="FileCounts"/>).
/// </summary>
/// <param name="database">Counts.</param>
/// <param name="folder">Where the files are.</param>
/// <param name="mostAdded">Different values of one field that are added up with what is kept of files, at most: about 30 MB.</param>
/// <param name="mostValues">The same without, which is needed for fields with several values in an event.</param>
internal sealed class SummarizeEvents(IndexDatabase database, IndexFolder folder, int mostAdded = 250_000, int mostValues = 1_000_000)
{
    /// <summary>Buckets of a histogram, at most; more are no picture.</summary>
    private const int MostBuckets = 100_000;

    /// <summary>Events of files that are counted in one pass, file by file; at least one file.</summary>
    private const long Pass = 1_000_000;

    private readonly FileCounts known = new();

    public async Task<EventSummary> RunAsync(IndexView view, EventSearch search, SummaryRequest request, CancellationToken cancellation)
    {
        var source = new IndexSource(folder, view, search);
        try
        {
            return await CountAsync(new SummaryCounts(request, Origin(view, request), mostAdded), source, source.Whole, view.End, cancellation);
        }
        catch (TooManyValuesException)
        {
            // What is kept of files is added up here, value by value. The engine alone needs no room for values that are not among the most frequent.
            try
            {
                return await CountAsync(new SummaryCounts(request, Origin(view, request), mostValues), source, [], view.End, cancellation);
            }
            catch (TooManyValuesException refused)
            {
                throw new IndexUnavailableException(refused.Message, refused);
            }
        }
    }

    private async Task<EventSummary> CountAsync(
        SummaryCounts counts, IndexSource source, IReadOnlyList<IndexFile> whole, long end, CancellationToken cancellation)
    {
        await LearnAsync(counts, source, whole, cancellation);
        foreach (var same in counts.Sets.Select(set => Taken(counts, set, whole)).ToLookup(taken => string.Join(' ', taken.Files), taken => taken.Set))
        {
            var names = same.Key.Split(' ').ToHashSet(StringComparer.Ordinal);
            var rest = source.Parts.Where(part => part is not IndexFile file || !names.Contains(file.Name)).ToList();
            if (rest.Count > 0)
            {
                var addsUp = same.Key.Length > 0;
                var statement = new SummaryStatement(counts.Keys, [.. same], byPart: false);
                await database.QueryAsync(statement.Sql(source, rest), (row, cancelled) =>
                {
                    while (row.Read())
                    {
                        cancelled.ThrowIfCancellationRequested();
                        counts.Add(statement.SetOf(row), row, addsUp);
                        CheckBuckets(counts.Buckets);
                    }

                    return true;
                }, cancellation);
            }
        }

        return counts.Summary(end);
    }

    /// <summary>Adds what is kept of whole files.</summary>
    private (SummarySet Set, List<string> Files) Taken(SummaryCounts counts, SummarySet set, IReadOnlyList<IndexFile> whole)
    {
        List<string> files = [];
        foreach (var file in whole)
        {
            if (known.Knows(file, set, out var kept) && kept is not null)
            {
                files.Add(file.Name);
                foreach (var group in kept)
                {
                    counts.Add(set, group);
                }

                CheckBuckets(counts.Buckets);
            }
        }

        return (set, files);
    }

    /// <summary>Counts what was never counted of whole files, each for itself.</summary>
    private async Task LearnAsync(SummaryCounts counts, IndexSource source, IReadOnlyList<IndexFile> whole, CancellationToken cancellation)
    {
        var unknown = new Queue<IndexFile>(whole.Where(file => counts.Sets.Any(set => !known.Knows(file, set, out _))));
        while (unknown.Count > 0)
        {
            List<IndexFile> some = [];
            for (var rows = 0L; unknown.Count > 0 && (rows == 0 || rows + unknown.Peek().Rows <= Pass); rows += some[^1].Rows)
            {
                some.Add(unknown.Dequeue());
            }

            var sets = counts.Sets.Where(set => some.Any(file => !known.Knows(file, set, out _))).ToList();
            var learned = some.Select(_ => sets.ToDictionary(set => set, _ => (List<CountedGroup>?)[])).ToList();
            var statement = new SummaryStatement(counts.Keys, sets, byPart: true);
            await database.QueryAsync(statement.Sql(source, some), (row, cancelled) =>
            {
                while (row.Read())
                {
                    cancelled.ThrowIfCancellationRequested();
                    var (set, number) = (statement.SetOf(row), (int)row.GetInt64(1));
                    if (learned[number][set] is { } groups)
                    {
                        groups.Add(SummaryCounts.Keep(set, row));
                        if (groups.Count > FileCounts.MostGroups(some[number]))
                        {
                            learned[number][set] = null;
                        }
                    }
                }

                return true;
            }, cancellation);
            foreach (var (number, set) in learned.SelectMany((one, i) => one.Keys.Select(set => (i, set))))
            {
                known.Keep(some[number], set, learned[number][set]);
            }
        }
    }

    private static void CheckBuckets(int buckets)
    {
        if (buckets > MostBuckets)
        {
            throw new IndexUnavailableException($"a histogram of more than {MostBuckets} buckets: choose a wider one");
        }
    }

    /// <summary>
    /// Start of a bucket at or before every event, so that the engine divides positive numbers only. As long as no event is older than 1970 it is
    /// the same for all views, and so are the numbers of the buckets.
    /// </summary>
    private static long Origin(IndexView view, SummaryRequest request)
    {
        if (request.Interval is not { } interval || view.Parts.Length == 0)
        {
            return 0;
        }

        var width = (long)interval.TotalMilliseconds;
        var offset = (long)request.Offset.TotalMilliseconds;
        return (long)Math.Floor((Math.Min(0, view.Parts.Min(part => part.Earliest)) - offset) / (decimal)width) * width + offset;
    }
}
