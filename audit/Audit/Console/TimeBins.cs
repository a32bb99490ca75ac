using System.Collections.Immutable;
using Backbone.Audit.Searching;

namespace Backbone.Audit.Console;

/// <summary>One bar of the histogram: events from <paramref name="Start"/> up to <paramref name="End"/>.</summary>
public sealed record TimeBin(DateTimeOffset Start, DateTimeOffset End, long Success, long Failure, long Other)
{
    public long Total => Success + Failure + Other;
}

/// <summary>
/// How a time range is cut into bars: at most <see cref="Most"/> of them, each a target for a finger, on round times of the reader's zone.
/// </summary>
internal static class TimeBins
{
    public const int Most = 24;

    /// <summary>Days, and whatever divides them, begin at midnight in China.</summary>
    public static readonly TimeSpan Offset = -ChinaTime.Offset;

    /// <summary>Each divides the next, so that bars can be joined to wider ones.</summary>
    private static readonly ImmutableArray<TimeSpan> Widths =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1),
        TimeSpan.FromHours(3), TimeSpan.FromHours(6), TimeSpan.FromHours(12), TimeSpan.FromDays(1), TimeSpan.FromDays(7), TimeSpan.FromDays(28),
        TimeSpan.FromDays(364), TimeSpan.FromDays(3_640),
    ];

    /// <summary>The narrowest width that cuts the range into at most <see cref="Most"/> bars.</summary>
    public static TimeSpan WidthFor(DateTimeOffset from, DateTimeOffset to) => Widths.FirstOrDefault(width => Count(from, to, width) <= Most, Widths[^1]);

    /// <summary>
    /// Every bar of the range, empty ones too. Events outside the range that was expected widen the bars rather than be left out.
    /// </summary>
    /// <param name="buckets">As counted, split by outcome.</param>
    /// <param name="width">Their width.</param>
    /// <param name="from">Where the range begins, inclusive.</param>
    /// <param name="to">Where it ends, exclusive.</param>
    public static ImmutableArray<TimeBin> Fill(ImmutableArray<TimeBucket> buckets, TimeSpan width, DateTimeOffset from, DateTimeOffset to)
    {
        if (!buckets.IsEmpty)
        {
            from = buckets[0].Start < from ? buckets[0].Start : from;
            to = buckets[^1].Start + width > to ? buckets[^1].Start + width : to;
        }

        width = Widths.First(one => one >= width && (Count(from, to, one) <= Most || one == Widths[^1]));
        var counted = buckets.ToLookup(bucket => Floor(bucket.Start, width));
        var bins = ImmutableArray.CreateBuilder<TimeBin>();
        for (var start = Floor(from, width); start < to; start += width)
        {
            bins.Add(new TimeBin(start, start + width, Of("success"), Of("failure"), counted[start].Sum(bucket => bucket.Count) - Of("success") - Of("failure")));

            long Of(string outcome)
            {
                return counted[start].SelectMany(bucket => bucket.Split).Where(value => value.Value == outcome).Sum(value => value.Count);
            }
        }

        return bins.ToImmutable();
    }

    private static long Count(DateTimeOffset from, DateTimeOffset to, TimeSpan width) =>
        (Floor(to - TimeSpan.FromTicks(1), width) - Floor(from, width)).Ticks / width.Ticks + 1;

    private static DateTimeOffset Floor(DateTimeOffset time, TimeSpan width)
    {
        var ticks = (time - DateTimeOffset.UnixEpoch - Offset).Ticks;
        var remainder = ((ticks % width.Ticks) + width.Ticks) % width.Ticks;
        return DateTimeOffset.UnixEpoch + Offset + TimeSpan.FromTicks(ticks - remainder);
    }
}
