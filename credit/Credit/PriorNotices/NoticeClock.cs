using Backbone.Credit.Cases.Clock;

namespace Backbone.Credit.PriorNotices;

/// <summary>A notice and where its time stands.</summary>
/// <param name="Left">Working days left to the organisation, today not counted; negative when they are over.</param>
/// <param name="IsUnanswered">The organisation said something and nobody told it what is made of it.</param>
internal sealed record NoticeClock(PriorNotice Notice, int Left, bool IsUnanswered)
{
    /// <summary>The organisation's time is over.</summary>
    public bool IsOver => Left < 0;

    /// <summary>What the organisation said was owed an answer by its last day.</summary>
    public bool IsOverdue => IsUnanswered && IsOver;
}

internal static class NoticeQueries
{
    /// <summary>What an organisation said and nobody answered, whether or not its time is over.</summary>
    public static IQueryable<PriorNotice> Unanswered(this IQueryable<PriorNotice> all) =>
        all.Where(one => (one.Answer == NoticeAnswer.Statement || one.Answer == NoticeAnswer.Repair) && one.RepliedAt == null);
}

internal sealed class NoticeClocks(Duties duties, TimeProvider clock)
{
    public DateOnly Today => ChinaDay.Of(clock.GetUtcNow());

    public NoticeClock Of(PriorNotice notice) =>
        new(notice, duties.WorkingDays.Left(Today, notice.DueOn), notice.Answer is NoticeAnswer.Statement or NoticeAnswer.Repair && notice.RepliedAt is null);

    /// <summary>False when a day was counted of a year whose holidays are not known yet.</summary>
    /// <param name="days">Working days of the notice.</param>
    public bool IsCertain(PriorNotice notice, int days) => duties.WorkingDays.After(notice.RunsFrom, days).IsCertain;
}
