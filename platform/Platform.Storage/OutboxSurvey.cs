using Microsoft.EntityFrameworkCore;

namespace Backbone.Platform.Storage;

/// <summary>
/// What lies in a module's outbox, by a look that takes bounded memory and time however much somebody put there: the database counts, and rows are
/// read a page at a time up to a bound. What is beyond it is said as not looked at.
/// </summary>
public sealed class OutboxSurvey
{
    /// <summary>Rows in memory at once.</summary>
    public const int Page = 100;

    /// <summary>Rows looked at; a host that carries has few, one that could not for a day has less than this.</summary>
    public const int Most = 20_000;

    /// <summary>Bytes, many times what the log takes: what is longer is no event of ours and is not read.</summary>
    public const int LongestEvent = 1 << 20;

    private const int SealBytes = 32;

    private const int Named = 5;

    private readonly List<long> foreign = [];

    private OutboxSurvey()
    {
    }

    /// <summary>All rows, by the database's count.</summary>
    public long Rows { get; private set; }

    /// <summary>Rows whose seal was looked at, or which are too long to be an event.</summary>
    public long Looked { get; private set; }

    /// <summary>Of those, rows that nobody with the key wrote as they are.</summary>
    public long Foreign { get; private set; }

    /// <summary>Of the foreign rows, those without any seal.</summary>
    public long Unsealed { get; private set; }

    /// <summary>The first foreign rows by their sequence, at most five.</summary>
    public IReadOnlyList<long> FirstForeign => foreign;

    /// <summary>The least place of the rows that hold; null when there are none.</summary>
    public long? Oldest { get; private set; }

    /// <summary>Looks through the table, or its part that is for this host's log.</summary>
    /// <param name="rows">Not ordered.</param>
    /// <param name="holds">Whether a row's seal holds; null where the key is not there to tell, then rows are only counted.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<OutboxSurvey> TakeAsync<T>(IQueryable<T> rows, Func<T, bool>? holds, CancellationToken cancellation)
        where T : WaitingEvent
    {
        var survey = new OutboxSurvey { Rows = await rows.LongCountAsync(cancellation) };
        if (survey.Rows == 0 || holds is null)
        {
            return survey;
        }

        // By the key of the table, never by an offset: each page costs the same.
        long after = long.MinValue;
        while (survey.Looked < Most)
        {
            var page = await rows.AsNoTracking().Where(row => row.Sequence > after).OrderBy(row => row.Sequence).Take(Page)
                .Select(row => new { row.Sequence, IsLong = row.Event.Length > LongestEvent || (row.Seal != null && row.Seal.Length != SealBytes) })
                .ToListAsync(cancellation);
            if (page.Count == 0)
            {
                break;
            }

            await survey.LookAsync(rows, after, page[^1].Sequence, [.. page.Where(row => row.IsLong).Select(row => row.Sequence)], holds, cancellation);
            after = page[^1].Sequence;
        }

        return survey;
    }

    private async Task LookAsync<T>(IQueryable<T> rows, long after, long until, List<long> tooLong, Func<T, bool> holds, CancellationToken cancellation)
        where T : WaitingEvent
    {
        foreach (var sequence in tooLong)
        {
            Count(sequence, unsealed: false);
        }

        // One at a time from the reader: of a page of the longest events, one is in memory.
        await foreach (var row in rows.AsNoTracking()
            .Where(row => row.Sequence > after && row.Sequence <= until && row.Event.Length <= LongestEvent && (row.Seal == null || row.Seal.Length == SealBytes))
            .OrderBy(row => row.Sequence).Take(Page).AsAsyncEnumerable().WithCancellation(cancellation))
        {
            if (holds(row))
            {
                Looked++;
                Oldest = Oldest < row.Place ? Oldest : row.Place;
            }
            else
            {
                Count(row.Sequence, row.Seal is null);
            }
        }
    }

    private void Count(long sequence, bool unsealed)
    {
        Looked++;
        Foreign++;
        Unsealed += unsealed ? 1 : 0;
        if (foreign.Count < Named)
        {
            foreign.Add(sequence);
        }
    }
}
