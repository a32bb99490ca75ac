using Backbone.Credit.Cases.Clock;
using Backbone.Credit.Scoring.Packs;
using FsCheck.Xunit;

namespace Backbone.Credit.Tests.Cases;

public sealed class WorkingDaysTests
{
    private static readonly WorkingDays Days = ReadWorkingDays.Folder(ReadWorkingDays.BuiltInFolder);

    [Theory]
    [InlineData("2026-11-27", 3, "2026-12-02")] // A Friday: the weekend is not counted.
    [InlineData("2026-11-28", 3, "2026-12-02")] // A Saturday: the same.
    [InlineData("2026-09-30", 3, "2026-10-10")] // National Day, and the Saturday after it that is worked.
    [InlineData("2026-02-13", 3, "2026-02-25")] // A worked Saturday, then the Spring Festival.
    [InlineData("2026-12-21", 7, "2026-12-30")]
    public void A_deadline_is_the_last_of_so_many_worked_days_after_the_day_of_receipt(string received, int days, string last) =>
        Assert.Equal(new Deadline(DateOnly.Parse(last, null), true), Days.After(DateOnly.Parse(received, null), days));

    [Fact]
    public void A_deadline_that_reaches_into_a_year_without_an_arrangement_counts_weekends_and_says_so() =>
        Assert.Equal(new Deadline(new(2027, 1, 4), false), Days.After(new(2026, 12, 30), 3));

    [Fact]
    public void The_year_that_ships_is_as_its_notice_says()
    {
        var year = Days.Years.Single(year => year.Year == 2026);
        Assert.Equal((33, 6), (year.Free.Count, year.Worked.Count));
        Assert.Contains("2026", year.Source, StringComparison.Ordinal);
        Assert.Equal(248, Enumerable.Range(0, 365).Count(day => Days.IsWorked(new DateOnly(2026, 1, 1).AddDays(day))));
    }

    [Property(MaxTest = 2000)]
    public bool Whatever_the_day_the_deadline_is_worked_and_as_many_worked_days_away_as_were_given(int day, byte given)
    {
        var received = new DateOnly(2025, 6, 1).AddDays((int)((uint)day % 700));
        var count = 1 + (given % 30);
        var last = Days.After(received, count).Day;
        return Days.IsWorked(last) && Days.Left(received, last) == count && Days.Left(last, last) == 0 && Days.Left(last.AddDays(1), last) <= 0
            && Days.After(received, count + 1).Day > last && Days.After(received.AddDays(1), count).Day >= last;
    }

    [Theory]
    [InlineData("from: 2026-10-01, to: 2026-10-07", "from: 2026-10-07, to: 2026-10-01", "not before 'from'")]
    [InlineData("from: 2026-10-01", "from: 2025-10-01", "days of 2026")]
    [InlineData("2026-10-10]", "2026-10-12]", "weekend days of 2026")]
    [InlineData("2026-10-10]", "2026-10-04]", "that are not free")]
    [InlineData("year: 2026", "year: 2026\nyaer: 2026", "known keys only")]
    public void A_faulty_year_is_refused_with_what_is_wrong(string part, string faulty, string said)
    {
        var folder = Directory.CreateTempSubdirectory("backbone-days-");
        try
        {
            var text = File.ReadAllText(Path.Combine(ReadWorkingDays.BuiltInFolder, "2026.yml"));
            Assert.Contains(part, text, StringComparison.Ordinal);
            File.WriteAllText(Path.Combine(folder.FullName, "2026.yml"), text.Replace(part, faulty, StringComparison.Ordinal));

            Assert.Contains(said, Assert.Throws<InvalidDataException>(() => ReadWorkingDays.Folder(folder.FullName)).Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void The_times_are_those_of_the_law_with_their_basis()
    {
        var duties = Duties.File(Duties.BuiltInFile, Days);
        Assert.Equal(
            [3, 7, 3, 10],
            new[] { Duties.ObjectionOwn, Duties.ObjectionOther, Duties.RepairAccept, Duties.RepairDecide }.Select(id => duties.On(id, new(2026, 11, 27)).Days));
        Assert.All(
            new[] { Duties.ObjectionOwn, Duties.RepairDecide }.Select(id => duties.On(id, new(2026, 11, 27))),
            duty => Assert.True(duty.Status == LegalStatus.InForce && duty.Basis.Length > 0));
        Assert.Equal(["performance", "commitment"], duties.Materials.Select(material => material.Id));
        Assert.Contains("repair-accept", Assert.Throws<InvalidOperationException>(() => duties.On(Duties.RepairAccept, new(2025, 6, 21))).Message, StringComparison.Ordinal);
    }
}
