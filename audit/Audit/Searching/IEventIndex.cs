using System.Collections.Immutable;
using Backbone.Audit.Contracts.Fields;

namespace Backbone.Audit.Searching;

/// <summary>
/// Where events are searched: a disposable projection of the log. Two implementations, Elasticsearch and the embedded index, held to one
/// suite of tests. Every answer says up to which event it speaks, for a projection may lag behind the log.
/// </summary>
internal interface IEventIndex
{
    /// <summary>"elasticsearch" or "embedded": for pages, the doctor and the log line at start.</summary>
    string Kind { get; }

    /// <summary>One past the newest event that a search sees; every event below it is searched, dead-lettered ones excepted.</summary>
    /// <exception cref="IndexUnavailableException">The store does not answer.</exception>
    ValueTask<long> EndIndexAsync(CancellationToken cancellation);

    /// <summary>How far one event is on its way into the index. Asks nobody: what this host knows.</summary>
    /// <param name="index">Of its leaf; of an event that is in the log.</param>
    IndexedState StateOf(long index);

    /// <summary>The events of one page.</summary>
    /// <exception cref="IndexUnavailableException">The store does not answer.</exception>
    ValueTask<EventPage> FindAsync(EventSearch search, PageRequest page, CancellationToken cancellation);

    /// <summary>Counts over time and the most frequent values of some fields, in one pass.</summary>
    /// <exception cref="IndexUnavailableException">The store does not answer.</exception>
    ValueTask<EventSummary> SummarizeAsync(EventSearch search, SummaryRequest request, CancellationToken cancellation);
}

/// <summary>Where an event is on its way from the log to its index.</summary>
internal enum IndexedState
{
    /// <summary>The index has not come so far.</summary>
    Waiting,

    /// <summary>A search finds it, at the latest when the store next refreshes.</summary>
    Indexed,

    /// <summary>The store would not take it: it is a dead letter, with its reason.</summary>
    Refused,
}

/// <summary>The store is away or refused the query for its own reasons; what and where is in the message. Never a reason to touch the log.</summary>
public sealed class IndexUnavailableException : Exception
{
    public IndexUnavailableException() { }

    public IndexUnavailableException(string message) : base(message) { }

    public IndexUnavailableException(string message, Exception inner) : base(message, inner) { }

    /// <summary>The store answers, and takes the query for one it cannot carry out: asked again it refuses again.</summary>
    public bool IsRefusal { get; init; }
}

/// <summary>Which events.</summary>
/// <param name="Query">A condition; <see cref="Kql.KqlAll"/> for every event.</param>
/// <param name="From">Inclusive bound of <c>@timestamp</c>; null for none.</param>
/// <param name="To">Exclusive bound of <c>@timestamp</c>; null for none.</param>
public sealed record EventSearch(Kql.KqlNode Query, DateTimeOffset? From = null, DateTimeOffset? To = null);

/// <summary>Which page of them, in order of <c>@timestamp</c>, then of leaf index.</summary>
/// <param name="Size">1 to 1,000.</param>
/// <param name="NewestFirst">Otherwise oldest first.</param>
/// <param name="After">The position of the last event of the page before; null for the first page.</param>
public sealed record PageRequest(int Size, bool NewestFirst = true, EventPosition? After = null)
{
    public const int MostRows = 1_000;
}

/// <summary>The place of an event in the order of a search; stable while events arrive.</summary>
/// <param name="Milliseconds"><c>@timestamp</c> since 1970 in milliseconds.</param>
/// <param name="Index">The leaf index.</param>
public readonly record struct EventPosition(long Milliseconds, long Index)
{
    public override string ToString() => FormattableString.Invariant($"{Milliseconds}-{Index}");

    public static EventPosition? Parse(string text)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        return dash > 0
            && long.TryParse(text.AsSpan(0, dash), System.Globalization.NumberStyles.None, null, out var milliseconds)
            && long.TryParse(text.AsSpan(dash + 1), System.Globalization.NumberStyles.None, null, out var index)
                ? new EventPosition(milliseconds, index)
                : null;
    }
}

/// <summary>
/// Where a found event stands. What it says is read from the log by its index: a projection only finds, so that nobody who can change
/// one can show an event that never was.
/// </summary>
public readonly record struct FoundEvent(EventPosition Position)
{
    public long Index => Position.Index;
}

/// <summary>A page, in the order asked for.</summary>
/// <param name="Events">At most the size asked for.</param>
/// <param name="More">There is at least one more.</param>
/// <param name="EndIndex">One past the newest event that was searched.</param>
public sealed record EventPage(ImmutableArray<FoundEvent> Events, bool More, long EndIndex);

/// <summary>What to count.</summary>
/// <param name="Interval">Width of a bucket; null for no histogram. Buckets begin at multiples of it since 1970 plus the offset.</param>
/// <param name="Offset">Shift of the buckets, so that days begin at a zone's midnight: −8 h for China.</param>
/// <param name="SplitBy">Counts in each bucket are split by this field's values; null for totals only.</param>
/// <param name="Facets">Fields whose most frequent values are wanted, text fields excepted; at most 16.</param>
/// <param name="FacetSize">How many values of each, and of the split field in each bucket; 1 to 100.</param>
public sealed record SummaryRequest(
    TimeSpan? Interval = null, TimeSpan Offset = default, EventField? SplitBy = null, ImmutableArray<EventField> Facets = default, int FacetSize = 10);

/// <summary>Exact counts over all events that match.</summary>
/// <param name="Total">Events that match.</param>
/// <param name="Buckets">In order of time, empty ones left out.</param>
/// <param name="Facets">In the order asked for.</param>
/// <param name="EndIndex">One past the newest event that was searched.</param>
public sealed record EventSummary(long Total, ImmutableArray<TimeBucket> Buckets, ImmutableArray<Facet> Facets, long EndIndex);

/// <param name="Start">First instant of the bucket.</param>
/// <param name="Count">All events in it.</param>
/// <param name="Split">
/// By value of the split field, most frequent first, ties in order of value; an event with several values counts under each, one with none
/// under "", which comes first among equals.
/// </param>
public sealed record TimeBucket(DateTimeOffset Start, long Count, ImmutableArray<ValueCount> Split);

/// <param name="Field">The field.</param>
/// <param name="Values">Most frequent first, ties in order of value; an event with several values counts under each.</param>
/// <param name="Missing">Events that have no value there.</param>
public sealed record Facet(EventField Field, ImmutableArray<ValueCount> Values, long Missing);

/// <param name="Value">In the form it has in JSON, without quotes; times to the millisecond, addresses in their short form.</param>
/// <param name="Count">How many events.</param>
public readonly record struct ValueCount(string Value, long Count);
