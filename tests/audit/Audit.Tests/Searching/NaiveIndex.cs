using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Searching;

namespace Backbone.Audit.Tests.Searching;

/// <summary>What a search means, written as plainly as can be: every event is looked at, one by one. The measure of the real stores.</summary>
internal sealed class NaiveIndex : IEventIndex
{
    private ImmutableArray<NaiveEvent> events = [];

    public string Kind => "naive";

    public void Add(IEnumerable<string> leaves)
    {
        foreach (var leaf in leaves)
        {
            events = events.Add(new NaiveEvent(events.Length, leaf));
        }
    }

    public ValueTask<long> EndIndexAsync(CancellationToken cancellation) => ValueTask.FromResult((long)events.Length);

    public IndexedState StateOf(long index) => index < events.Length ? IndexedState.Indexed : IndexedState.Waiting;

    public ValueTask<EventPage> FindAsync(EventSearch search, PageRequest page, CancellationToken cancellation)
    {
        var found = Matching(search).Select(one => one.Position)
            .Where(position => page.After is not { } after || (page.NewestFirst ? Compare(position, after) < 0 : Compare(position, after) > 0))
            .ToList();
        found.Sort(page.NewestFirst ? (a, b) => Compare(b, a) : Compare);
        return ValueTask.FromResult(new EventPage(
            [.. found.Take(page.Size).Select(position => new FoundEvent(position))], found.Count > page.Size, events.Length));
    }

    public ValueTask<EventSummary> SummarizeAsync(EventSearch search, SummaryRequest request, CancellationToken cancellation)
    {
        var found = Matching(search).ToList();
        var buckets = request.Interval is not { } interval ? [] : found
            .GroupBy(one => Floor(one.Milliseconds, (long)interval.TotalMilliseconds, (long)request.Offset.TotalMilliseconds))
            .OrderBy(group => group.Key)
            .Select(group => new TimeBucket(
                DateTimeOffset.FromUnixTimeMilliseconds(group.Key),
                group.Count(),
                request.SplitBy is null ? [] : Top(group, request.SplitBy, request.FacetSize, noneIsEmpty: true)))
            .ToImmutableArray();
        var facets = (request.Facets.IsDefault ? [] : request.Facets)
            .Select(field => new Facet(field, Top(found, field, request.FacetSize, noneIsEmpty: false), found.Count(one => one.Values(field).Count == 0)))
            .ToImmutableArray();
        return ValueTask.FromResult(new EventSummary(found.Count, buckets, facets, events.Length));
    }

    private IEnumerable<NaiveEvent> Matching(EventSearch search) => events.Where(one =>
        (search.From is not { } from || one.Milliseconds >= from.ToUnixTimeMilliseconds())
        && (search.To is not { } to || one.Milliseconds < to.ToUnixTimeMilliseconds())
        && NaiveConditions.Holds(search.Query, one));

    private static ImmutableArray<ValueCount> Top(IEnumerable<NaiveEvent> found, EventField field, int size, bool noneIsEmpty) =>
    [
        .. found
            .SelectMany(one => one.Values(field) is { Count: > 0 } values ? values.Distinct() : noneIsEmpty ? [new NaiveValue { Text = "" }] : [])
            .GroupBy(value => value)
            .OrderByDescending(group => group.Count())
            .ThenBy(group => group.Key)
            .Take(size)
            .Select(group => new ValueCount(group.Key.ToString(), group.Count())),
    ];

    private static long Floor(long milliseconds, long interval, long offset) =>
        (long)Math.Floor((milliseconds - offset) / (decimal)interval) * interval + offset;

    private static int Compare(EventPosition a, EventPosition b) => (a.Milliseconds, a.Index).CompareTo((b.Milliseconds, b.Index));
}

/// <summary>One event, read anew from its JSON at every question.</summary>
internal sealed class NaiveEvent(long index, string leaf)
{
    private readonly JsonElement root = JsonDocument.Parse(leaf).RootElement;

    public EventPosition Position => new(Milliseconds, index);

    public long Milliseconds { get; } = DateTimeOffset.Parse(
        JsonDocument.Parse(leaf).RootElement.GetProperty("@timestamp").GetString()!, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    public IEnumerable<string> Texts => SearchText.TextsOf(root);

    public IReadOnlyList<NaiveValue> Values(EventField field)
    {
        switch (field.Name)
        {
            case "event.sequence":
                return [new NaiveValue { Number = index }];
            case "event.hash":
                return [new NaiveValue { Text = Convert.ToHexStringLower(SHA256.HashData([0, .. Encoding.UTF8.GetBytes(leaf)])) }];
        }

        var place = root;
        foreach (var part in field.Name.Split('.'))
        {
            if (place.ValueKind != JsonValueKind.Object || !place.TryGetProperty(part, out place))
            {
                return [];
            }
        }

        return place.ValueKind == JsonValueKind.Array
            ? [.. place.EnumerateArray().SelectMany(item => NaiveValue.Of(field, item))]
            : [.. NaiveValue.Of(field, place)];
    }
}
