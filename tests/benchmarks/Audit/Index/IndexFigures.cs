using System.Diagnostics;
using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Searching;
using Backbone.Audit.Searching.Kql;

namespace Backbone.Benchmarks.Audit.Index;

/// <summary>One figure of searching the embedded index: the 95th percentile of many searches over the whole range.</summary>
internal abstract class IndexLatency(string name, double bound) : IFigure
{
    public string Name => name;

    public string Unit => "ms (p95)";

    public Goal Goal => new(AtLeast: false, bound);

    /// <summary>Every search once, in an order that mixes them; a first pass over the index is not counted.</summary>
    private protected abstract IEnumerable<(string What, Func<IEventIndex, Task> Run)> Searches { get; }

    /// <summary>Searches that have no bound, but that somebody will ask about.</summary>
    private protected virtual IEnumerable<(string What, Func<IEventIndex, Task> Run)> Told => [];

    public async Task<double> MeasureAsync(TextWriter progress)
    {
        using var sample = await SampleIndex.OpenAsync(progress);
        foreach (var (what, run) in Searches.Take(1).Concat(Told).Concat(Searches.Take(10)))
        {
            var clock = Stopwatch.StartNew();
            await run(sample.Index);
            await progress.WriteLineAsync(FormattableString.Invariant($"not counted: {what}: {clock.Elapsed.TotalMilliseconds:F0} ms"));
        }

        List<(double Milliseconds, string What)> taken = [];
        foreach (var (what, run) in Searches)
        {
            var clock = Stopwatch.StartNew();
            await run(sample.Index);
            taken.Add((clock.Elapsed.TotalMilliseconds, what));
        }

        var inOrder = taken.OrderBy(one => one.Milliseconds).ToList();
        foreach (var kind in taken.GroupBy(one => one.What))
        {
            await progress.WriteLineAsync(FormattableString.Invariant($"{kind.Key}: median {kind.Select(one => one.Milliseconds).Order().ElementAt(kind.Count() / 2):F0} ms, longest {kind.Max(one => one.Milliseconds):F0}"));
        }

        await progress.WriteLineAsync(FormattableString.Invariant($"{taken.Count} searches, median {inOrder[taken.Count / 2].Milliseconds:F0} ms, {Resident.Peak >> 20} MiB at most"));
        return inOrder[(int)(taken.Count * 0.95)].Milliseconds;
    }

    private protected static async Task FindAsync(IEventIndex index, KqlNode query) =>
        await index.FindAsync(new EventSearch(query), new PageRequest(50), CancellationToken.None);

    private protected static KqlNode Text(string field, string value) => new KqlEquals(EventFields.Find(field)!, new KqlValue { Text = value });
}

/// <summary>
/// <c>audit.index-newest</c>: the newest fifty where a field has a value, for fields with a handful of values, with thousands, with millions and
/// with as many as there are events, for values that are frequent, rare and absent.
/// </summary>
internal sealed class IndexNewest() : IndexLatency("audit.index-newest", 300)
{
    private protected override IEnumerable<(string What, Func<IEventIndex, Task> Run)> Searches
    {
        get
        {
            for (var i = 0; i < 20; i++)
            {
                var n = i * 7_919;
                yield return ("a user", index => FindAsync(index, Text("user.id", SampleEvents.UserId(n % SampleEvents.Staff))));
                yield return ("a subject", index => FindAsync(index, Text("subject.id", SampleEvents.SubjectId(n * 13L % SampleEvents.Subjects))));
                yield return ("an absent subject", index => FindAsync(index, Text("subject.id", $"none-{n}")));
                yield return ("an event id", index => FindAsync(index, Text("event.id", FormattableString.Invariant($"0193617c-{n & 0xffff:x4}-7000-8000-{n:x12}"))));
                yield return ("a session", index => FindAsync(index, Text("auth.session.id", FormattableString.Invariant($"{n:x16}"))));
                yield return ("a source", index => FindAsync(index, Text("source.address", FormattableString.Invariant($"hmac:1:{n % 50_000:x20}"))));
                yield return ("a resource", index => FindAsync(index, Text("resource.id", $"r-{n}")));
                yield return ("an action", index => FindAsync(index, Text("event.action", $"action-{n % 30}")));
                yield return ("failures", index => FindAsync(index, Text("event.outcome", "failure")));
                yield return ("a role of a list", index => FindAsync(index, Text("user.roles", "officer")));
                yield return ("a status", index => FindAsync(index, new KqlEquals(EventFields.Find("http.response.status_code")!, new KqlValue { Number = 401 })));
                yield return ("everything", index => FindAsync(index, new KqlAll()));
            }
        }
    }
}

/// <summary><c>audit.index-histogram</c>: all events by hour, and the most frequent actions, outcomes and users.</summary>
internal sealed class IndexHistogram() : IndexLatency("audit.index-histogram", 300)
{
    private protected override IEnumerable<(string What, Func<IEventIndex, Task> Run)> Searches => Enumerable.Repeat<(string, Func<IEventIndex, Task>)>(
        ("hours with three facets", index => SummarizeAsync(index, new KqlAll())), 30);

    private protected override IEnumerable<(string What, Func<IEventIndex, Task> Run)> Told =>
    [
        ("hours with three facets, only failures", index => SummarizeAsync(index, Text("event.outcome", "failure"))),
        ("hours with three facets, only one app", index => SummarizeAsync(index, Text("auth.client.id", "app-3"))),
        ("hours with three facets, only one user", index => SummarizeAsync(index, Text("user.id", SampleEvents.UserId(7)))),
        ("the most frequent of millions of subjects, first", SubjectsAsync),
        ("the most frequent of millions of subjects, then", SubjectsAsync),
    ];

    private static async Task SubjectsAsync(IEventIndex index) => await index.SummarizeAsync(
        new EventSearch(new KqlAll()), new SummaryRequest(Facets: [Field("subject.id")]), CancellationToken.None);

    private static async Task SummarizeAsync(IEventIndex index, KqlNode query) => await index.SummarizeAsync(
        new EventSearch(query),
        new SummaryRequest(TimeSpan.FromHours(1), Facets: [Field("event.action"), Field("event.outcome"), Field("user.id")]),
        CancellationToken.None);

    private static EventField Field(string name) => EventFields.Find(name)!;
}

/// <summary><c>audit.index-chinese</c>: two Chinese characters anywhere in the texts: common ones, rare ones, and pairs that never stand together.</summary>
internal sealed class IndexChinese() : IndexLatency("audit.index-chinese", 800)
{
    private protected override IEnumerable<(string What, Func<IEventIndex, Task> Run)> Searches
    {
        get
        {
            for (var i = 0; i < 20; i++)
            {
                var n = i;
                yield return ("a common pair", index => FindAsync(index, Words(SampleEvents.Pair(n))));
                yield return ("a rare pair", index => FindAsync(index, Words(SampleEvents.Pair(4_999 - n))));
                yield return ("an absent pair", index => FindAsync(index, Words(SampleEvents.AbsentPair(n))));
            }
        }
    }

    private static KqlWords Words(string pair) => new(null, SearchText.Words(pair));
}

/// <summary><c>audit.index-ingest</c>: events per second from leaves to searchable files. Merging comes after: the feeder merges when it has caught up.</summary>
internal sealed class IndexIngest : IFigure
{
    public string Name => "audit.index-ingest";

    public string Unit => "events/s";

    public Goal Goal => new(AtLeast: true, 40_000);

    public async Task<double> MeasureAsync(TextWriter progress)
    {
        using var sample = await SampleIndex.OpenAsync(progress, anew: true);
        return sample.Rate!.Value;
    }
}

/// <summary><c>audit.index-memory</c>: the most memory this process ever had resident while it built the index (unless kept) and searched it.</summary>
internal sealed class IndexMemory : IFigure
{
    public string Name => "audit.index-memory";

    public string Unit => "MB resident";

    public Goal Goal => new(AtLeast: false, 400);

    public async Task<double> MeasureAsync(TextWriter progress)
    {
        foreach (var figure in (IFigure[])[new IndexNewest(), new IndexHistogram(), new IndexChinese()])
        {
            await progress.WriteLineAsync(FormattableString.Invariant($"{figure.Name}: {await figure.MeasureAsync(progress):F0} {figure.Unit}"));
        }

        return Resident.Peak / 1e6;
    }
}
