using System.Collections.Immutable;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>
/// One page. Parts are looked through from the asked-for end of time on, few at first, then twice as many, until what is left cannot come before
/// what was found: what is frequent is found in the newest file, and only what is rare costs a look at all of them.
/// </summary>
internal sealed class FindEvents(IndexDatabase database, IndexFolder folder)
{
    /// <summary>Rows looked at in the first step.</summary>
    private const long FirstStep = 250_000;

    public async Task<EventPage> RunAsync(IndexView view, EventSearch search, PageRequest page, CancellationToken cancellation)
    {
        var source = new IndexSource(folder, view, search);
        var parts = new Queue<IIndexPart>(Ordered(source.Parts, page));
        List<EventPosition> found = [];
        for (var step = FirstStep; parts.Count > 0 && !IsComplete(found, parts.Peek(), page); step *= 2)
        {
            List<IIndexPart> some = [];
            for (var rows = 0L; parts.Count > 0 && (rows == 0 || rows + Rows(parts.Peek()) <= step); rows += Rows(some[^1]))
            {
                some.Add(parts.Dequeue());
            }

            var more = await database.QueryAsync(Sql(source, some, page), static (reader, cancelled) =>
            {
                List<EventPosition> positions = [];
                while (reader.Read())
                {
                    cancelled.ThrowIfCancellationRequested();
                    positions.Add(new EventPosition(reader.GetInt64(0), reader.GetInt64(1)));
                }

                return positions;
            }, cancellation);
            found = [.. Ordered(found.Concat(more), page).Take(page.Size + 1)];
        }

        return new EventPage([.. found.Take(page.Size).Select(position => new FoundEvent(position))], found.Count > page.Size, view.End);
    }

    private static long Rows(IIndexPart part) => part.End - part.First;

    /// <summary>Enough is found, and nothing in the next part, nor in those after it, could come before the last of it.</summary>
    private static bool IsComplete(List<EventPosition> found, IIndexPart next, PageRequest page) => found.Count > page.Size
        && (page.NewestFirst ? found[page.Size].Milliseconds > next.Latest : found[page.Size].Milliseconds < next.Earliest);

    private static IEnumerable<IIndexPart> Ordered(ImmutableArray<IIndexPart> parts, PageRequest page)
    {
        // A part that lies wholly before the page has nothing for it.
        var after = page.After?.Milliseconds;
        return page.NewestFirst
            ? parts.Where(part => !(part.Earliest > after)).OrderByDescending(part => part.Latest)
            : parts.Where(part => !(part.Latest < after)).OrderBy(part => part.Earliest);
    }

    private static IEnumerable<EventPosition> Ordered(IEnumerable<EventPosition> positions, PageRequest page) => page.NewestFirst
        ? positions.OrderByDescending(position => position.Milliseconds).ThenByDescending(position => position.Index)
        : positions.OrderBy(position => position.Milliseconds).ThenBy(position => position.Index);

    private static string Sql(IndexSource source, List<IIndexPart> parts, PageRequest page)
    {
        var (time, index) = (IndexColumns.Time.Quoted, IndexColumns.Sequence.Quoted);
        var (sign, order) = page.NewestFirst ? ("<", "DESC") : (">", "ASC");
        var after = page.After is not { } last ? KqlConditions.True
            : $"({time} {sign}= {SqlText.Of(last.Milliseconds)} AND ({time} {sign} {SqlText.Of(last.Milliseconds)} OR {index} {sign} {SqlText.Of(last.Index)}))";
        return FormattableString.Invariant(
            $"SELECT {time}, {index} FROM ({source.Of(parts, _ => $"{time}, {index}", after)}) ORDER BY {time} {order}, {index} {order} LIMIT {page.Size + 1}");
    }
}
