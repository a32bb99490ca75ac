using Backbone.Audit.Appending;
using Backbone.Audit.Console;
using Backbone.Audit.Searching;
using Backbone.Audit.Searching.Kql;
using Backbone.Audit.State;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Audit.Disclosure;

/// <summary>
/// Who looked at one person's data: the one reading behind the interface and the page. The index finds, the log tells. What is held back
/// (<see cref="HeldDisclosure"/>) is neither listed nor counted until its time is over; then it is there by itself.
/// </summary>
internal sealed class FindUsage(SegmentLog log, IEventIndex index, AuditDb db, UsageWords words, TimeProvider clock)
{
    /// <summary>The most that one page lists.</summary>
    public const int MostUsages = PageRequest.MostRows;

    /// <summary>How far a page may begin; whoever has more to read narrows the period.</summary>
    public const int MostOffset = 100_000;

    /// <summary>How many months the picture shows, the running one among them.</summary>
    private const int Months = 12;

    /// <summary>Ids looked for in one search.</summary>
    private const int HeldAtOnce = 256;

    /// <param name="subject">The person's id as it stands in the log, or an enterprise's code.</param>
    /// <param name="from">Inclusive; null for the beginning.</param>
    /// <param name="to">Exclusive; null for now.</param>
    /// <param name="offset">How many of the newest to pass over; 0 to <see cref="MostOffset"/>.</param>
    /// <param name="limit">1 to <see cref="MostUsages"/>.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="IndexUnavailableException">The index does not answer.</exception>
    public async Task<UsagePage> RunAsync(
        string subject, DateTimeOffset? from, DateTimeOffset? to, int offset, int limit, CancellationToken cancellation)
    {
        var search = new EventSearch(Look.At(subject), from, to);
        var held = await HeldAsync(search, cancellation);
        var counted = await index.SummarizeAsync(search, new SummaryRequest(Facets: []), cancellation);
        List<Usage> usages = [];
        Searching.EventPage page;
        EventPosition? after = null;
        do
        {
            page = await index.FindAsync(search, new PageRequest(PageRequest.MostRows, NewestFirst: true, after), cancellation);
            foreach (var found in page.Events.Where(found => !held.ContainsKey(found.Index)))
            {
                if (offset-- <= 0 && usages.Count < limit && Read(found.Index, subject) is { } usage)
                {
                    usages.Add(usage);
                }
            }

            after = page.Events.IsEmpty ? after : page.Events[^1].Position;
        }
        while (page.More && usages.Count < limit);

        return new UsagePage(usages, counted.Total - held.Count, counted.EndIndex);
    }

    /// <summary>How often in each of the last twelve months of China's calendar, oldest first.</summary>
    /// <exception cref="IndexUnavailableException">The index does not answer.</exception>
    public async Task<IReadOnlyList<UsageMonth>> MonthsAsync(string subject, CancellationToken cancellation)
    {
        var today = clock.GetUtcNow().ToOffset(ChinaTime.Offset);
        var first = new DateTimeOffset(today.Year, today.Month, 1, 0, 0, 0, ChinaTime.Offset).AddMonths(1 - Months);
        var search = new EventSearch(Look.At(subject), first);
        var held = await HeldAsync(search, cancellation);
        var days = await index.SummarizeAsync(search, new SummaryRequest(TimeSpan.FromDays(1), -ChinaTime.Offset, Facets: []), cancellation);
        var times = new long[Months];
        foreach (var day in days.Buckets)
        {
            Count(day.Start, day.Count);
        }

        foreach (var at in held.Values)
        {
            Count(at, -1);
        }

        return [.. times.Select((number, month) => new UsageMonth(first.AddMonths(month), number))];

        void Count(DateTimeOffset at, long number)
        {
            var day = at.ToOffset(ChinaTime.Offset);
            var month = (day.Year - first.Year) * 12 + day.Month - first.Month;
            if (month is >= 0 and < Months)
            {
                times[month] += number;
            }
        }
    }

    /// <summary>The time of the oldest event that can be searched; null when there is none.</summary>
    /// <exception cref="IndexUnavailableException">The index does not answer.</exception>
    public async Task<DateTimeOffset?> BeginsAsync(CancellationToken cancellation)
    {
        var oldest = await index.FindAsync(new EventSearch(new KqlAll()), new PageRequest(1, NewestFirst: false), cancellation);
        return oldest.Events.IsEmpty ? null : DateTimeOffset.FromUnixTimeMilliseconds(oldest.Events[0].Position.Milliseconds);
    }

    /// <summary>Null: the log takes events and the index answers. Otherwise what is wrong, for whoever calls.</summary>
    public async Task<string?> FaultAsync(CancellationToken cancellation)
    {
        if (log.Failure is not null)
        {
            return "The audit log takes no events.";
        }

        try
        {
            await index.EndIndexAsync(cancellation);
            return null;
        }
        catch (IndexUnavailableException)
        {
            return "The event index does not answer.";
        }
    }

    private Usage? Read(long at, string subject) =>
        EventRow.Read(log.Records, [at]).FirstOrDefault() is { } row && Look.Of(row, subject) is { } look
            && row.Values("@timestamp") is [{ } text] && Events.Rfc3339.TryParse(text, out var time)
                ? words.Say(row, look, time)
                : null;

    /// <summary>Which of the person's entries are held back now, by leaf index, and when they were: only what a second administrator has agreed to.</summary>
    private async Task<Dictionary<long, DateTimeOffset>> HeldAsync(EventSearch search, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var events = await db.HeldDisclosures.AsNoTracking()
            .Where(held => held.ApprovedBy != null && held.ApprovedBy != held.RequestedBy && held.LiftedAt == null && (held.Until == null || held.Until > now))
            .Select(held => held.EventId).Distinct().ToListAsync(cancellation);
        Dictionary<long, DateTimeOffset> found = [];
        foreach (var some in events.Chunk(HeldAtOnce))
        {
            KqlNode[] ids = [.. some.Select(id => Look.Is("event.id", id.ToString("D")))];
            var theirs = search with { Query = new KqlAnd([search.Query, ids.Length == 1 ? ids[0] : new KqlOr([.. ids])]) };
            var page = await index.FindAsync(theirs, new PageRequest(PageRequest.MostRows), cancellation);
            foreach (var one in page.Events)
            {
                found[one.Index] = DateTimeOffset.FromUnixTimeMilliseconds(one.Position.Milliseconds);
            }
        }

        return found;
    }
}
