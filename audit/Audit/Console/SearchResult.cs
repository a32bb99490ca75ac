using System.Collections.Immutable;
using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Searching;
using Backbone.Audit.Searching.Kql;
using Backbone.Audit.Storage;

namespace Backbone.Audit.Console;

/// <summary>What a search found. Rows are read from the log by the index's word of where they are.</summary>
/// <param name="Rows">The page's events, in the order asked for.</param>
/// <param name="Next">The position after which the next page begins; null when there is none.</param>
/// <param name="Indexed">One past the newest event that was searched.</param>
/// <param name="Logged">Events in the log; more than <paramref name="Indexed"/> while the index is behind.</param>
/// <param name="Summary">Counts; null when the index gave none in time: the rows stand without them.</param>
/// <param name="Bins">The bars of the histogram.</param>
/// <param name="Running">The end of time so far: a bar that goes beyond it is not complete.</param>
public sealed record SearchResult(
    IReadOnlyList<EventRow> Rows, EventPosition? Next, long Indexed, long Logged, EventSummary? Summary, ImmutableArray<TimeBin> Bins, DateTimeOffset Running)
{
    public const int FacetSize = 6;

    /// <summary>Fields the page counts by; those that lead to a person only for a purpose.</summary>
    public static ImmutableArray<string> Facets { get; } = ["event.action", "event.outcome", "event.module", "auth.client.id", "user.id"];

    /// <exception cref="IndexUnavailableException">The index gives no page.</exception>
    internal static async Task<SearchResult> RunAsync(IEventIndex index, LogReader log, SearchView view, KqlNode node, bool forPurpose, DateTimeOffset now, CancellationToken cancellation)
    {
        var search = view.Search(node, now);
        var page = await index.FindAsync(search, new PageRequest(view.Size, !view.OldestFirst, view.After), cancellation);
        var rows = EventRow.Read(log, page.Events.Select(found => found.Index)).ToList();
        EventPosition? next = page.More && !page.Events.IsEmpty ? page.Events[^1].Position : null;
        var from = search.From ?? Oldest(log) ?? now - TimeSpan.FromHours(1);
        var to = search.To is { } end && end < now ? end : now;
        from = from < to ? from : to - TimeSpan.FromMinutes(1);
        var width = TimeBins.WidthFor(from, to);
        EventSummary? summary;
        try
        {
            summary = await index.SummarizeAsync(
                search,
                new SummaryRequest(width, TimeBins.Offset, EventFields.Find("event.outcome"), [.. Facets.Select(name => EventFields.Find(name)!).Where(field => forPurpose || !PersonalSearch.IsPersonal(field))], FacetSize),
                cancellation);
        }
        catch (IndexUnavailableException)
        {
            summary = null;
        }

        var bins = summary is null ? [] : TimeBins.Fill(summary.Buckets, width, from, to);
        return new SearchResult(rows, next, page.EndIndex, log.EndIndex, summary, bins, now);
    }

    private static DateTimeOffset? Oldest(LogReader log) => EventRow.Read(log, [log.StartIndex]).FirstOrDefault()?.Event?.Timestamp;
}
