namespace Backbone.Credit.Cases.Clock;

/// <summary>
/// What is told of a duty on a day, by its last day alone: a reminder while its time still runs, that it is overdue, and the escalation. Each once; what a
/// host that was down left out is told by the next that runs, but nobody is reminded of what is over. Pure.
/// </summary>
/// <param name="Today">The day of China.</param>
/// <param name="Soon">The latest last day that is near.</param>
/// <param name="Over">The latest last day that is over for long enough that those above are told.</param>
internal readonly record struct AlarmDays(DateOnly Today, DateOnly Soon, DateOnly Over)
{
    public static AlarmDays Of(Alarm alarm, WorkingDays days, DateOnly today) =>
        new(today, days.EndingWithin(today, alarm.Remind), days.OverBy(today, alarm.Escalate));

    /// <summary>Whether who is in charge is to be reminded of an open duty.</summary>
    public bool IsReminder(DateOnly last, bool isReminded) => !isReminded && last >= Today && last <= Soon;

    /// <summary>Whether it is to be noted that its time is over.</summary>
    public bool IsOverdue(DateOnly last, bool isNoted) => !isNoted && last < Today;

    /// <summary>Whether those above who is in charge are to be told.</summary>
    public bool IsEscalation(DateOnly last, bool isEscalated) => !isEscalated && last <= Over;
}
