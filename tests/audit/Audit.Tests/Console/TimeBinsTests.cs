using Backbone.Audit.Console;
using Backbone.Audit.Searching;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Backbone.Audit.Tests.Console;

public sealed class TimeBinsTests
{
    [Fact]
    public void Days_begin_at_midnight_in_China()
    {
        var from = new DateTimeOffset(2026, 11, 1, 3, 0, 0, TimeSpan.Zero);
        var bins = TimeBins.Fill([], TimeSpan.FromDays(1), from, from.AddDays(3));

        Assert.All(bins, bin => Assert.Equal(TimeSpan.Zero, bin.Start.ToOffset(TimeSpan.FromHours(8)).TimeOfDay));
    }

    [Property]
    public bool However_events_lie_in_time_the_bars_are_few_lie_side_by_side_and_count_each_event_once(PositiveInt range, int[] minutes)
    {
        var from = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
        var to = from.AddMinutes(range.Get);
        var width = TimeBins.WidthFor(from, to);
        var index = minutes.Select(minute => from.AddMinutes(minute)).GroupBy(time => Floor(time, width)).OrderBy(group => group.Key);

        var bins = TimeBins.Fill([.. index.Select(group => new TimeBucket(group.Key, group.Count(), [new("failure", group.Count())]))], width, from, to);

        return bins.Length is > 0 and <= TimeBins.Most
            && bins.Zip(bins.Skip(1)).All(pair => pair.First.End == pair.Second.Start)
            && bins[0].Start <= from && bins[^1].End >= to
            && bins.Sum(bin => bin.Total) == minutes.Length && bins.Sum(bin => bin.Failure) == minutes.Length;
    }

    private static DateTimeOffset Floor(DateTimeOffset time, TimeSpan width)
    {
        var since = (time - DateTimeOffset.UnixEpoch - TimeBins.Offset).Ticks;
        return DateTimeOffset.UnixEpoch + TimeBins.Offset + TimeSpan.FromTicks((long)Math.Floor(since / (decimal)width.Ticks) * width.Ticks);
    }
}
