using Backbone.Credit.Scoring.Time;

namespace Backbone.Credit.Scoring.Tests.Time;

public sealed class PeriodTests
{
    [Theory]
    [InlineData("2026-03-15", "P3M", "2026-06-16")]
    [InlineData("2026-01-31", "P1M", "2026-03-01")]
    [InlineData("2024-02-29", "P1Y", "2025-03-01")]
    [InlineData("2023-11-30", "P3M", "2024-03-01")]
    [InlineData("2026-12-31", "P0D", "2027-01-01")]
    [InlineData("2026-03-15", "P30D", "2026-04-15")]
    [InlineData("2026-03-15", "P1Y2M3D", "2027-05-19")]
    public void Civil_Code_201_202_the_start_is_not_counted_and_a_missing_day_is_the_months_last(string start, string period, string first) =>
        Assert.Equal(Date(first), Read(period).FirstDayAfterRoundedDown(Date(start)));

    [Theory]
    [InlineData("")]
    [InlineData("P")]
    [InlineData("3M")]
    [InlineData("P3")]
    [InlineData("P-3M")]
    [InlineData("P3M1Y")]
    [InlineData("P3M3M")]
    [InlineData("PT3M")]
    [InlineData("P1W")]
    [InlineData("P101Y")]
    [InlineData("P9999999D")]
    [InlineData("P 3M")]
    public void What_is_no_period_is_refused(string text) => Assert.False(CalendarPeriod.TryParse(text, out _));

    [Theory]
    [InlineData("P3M")]
    [InlineData("P5Y")]
    [InlineData("P1Y6M")]
    [InlineData("P2Y10D")]
    [InlineData("P0D")]
    public void A_period_is_written_as_it_was_read(string text) => Assert.Equal(text, Read(text).ToString());

    [Fact]
    public void Days_outside_two_bytes_are_refused_with_the_bounds()
    {
        Assert.Equal(new DateOnly(1950, 1, 1), Day.Of(Day.First).Date);
        Assert.Equal(Day.Last, Day.Of(Day.Last).Date);
        Assert.Null(Day.Open.Date);
        Assert.Contains("1950-01-01", Assert.Throws<ArgumentOutOfRangeException>(() => Day.Of(new DateOnly(1949, 12, 31))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Day.Of(Day.Last.AddDays(1)));
    }

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "O", null);

    private static CalendarPeriod Read(string text) => CalendarPeriod.TryParse(text, out var period) ? period : throw new FormatException(text);
}
