using Backbone.Credit.Cases.Clock;

namespace Backbone.Credit.Cases;

/// <summary>A case and where its time stands.</summary>
/// <param name="Left">Working days left, today not counted; negative when it is over.</param>
/// <param name="IsCertain">False when the deadline counted days of a year whose holidays are not known yet.</param>
internal sealed record CaseClock(CaseRow Case, int Left, bool IsOverdue, bool IsCertain, Duty Duty);

/// <summary>Where the time of cases stands now.</summary>
internal sealed class CaseClocks(Duties duties, TimeProvider clock)
{
    public DateOnly Today => ChinaDay.Of(clock.GetUtcNow());

    /// <summary>By how many working days the time to decide about a repair may be lengthened, at most.</summary>
    public int MostMore(CaseRow row) => duties.On(Duties.RepairExtend, row.RunsFrom).Days;

    public CaseClock Of(CaseRow row)
    {
        var duty = duties.On(row.Duty, row.RunsFrom);
        return new(row, duties.WorkingDays.Left(Today, row.DueOn), row.IsOpen && row.DueOn < Today, duties.Of(row.Duty, row.RunsFrom, row.Extension).IsCertain, duty);
    }
}
