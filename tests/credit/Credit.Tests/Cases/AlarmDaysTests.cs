using Backbone.Credit.Cases.Clock;
using FsCheck.Xunit;

namespace Backbone.Credit.Tests.Cases;

public sealed class AlarmDaysTests
{
    private static readonly WorkingDays Days = ReadWorkingDays.Folder(ReadWorkingDays.BuiltInFolder);
    private static readonly DateOnly Start = new(2025, 11, 1);

    /// <summary>Hosts look on whatever days in whatever order, some not for weeks; each sees what the one before it noted.</summary>
    [Property(MaxTest = 3000)]
    public bool Whoever_looks_when_each_is_told_once_a_reminder_in_time_and_nothing_after_the_decision(int at, byte given, byte remind, byte escalate, byte decided, byte[] looks)
    {
        var alarm = new Alarm("duty", remind % 6, escalate % 4, Scoring.Packs.LegalStatus.Chosen, "");
        var begun = Start.AddDays((int)((uint)at % 500));
        var last = Days.After(begun, 1 + (given % 20)).Day;
        var closed = begun.AddDays(decided % 60);
        var (reminders, overdues, escalations) = (new List<DateOnly>(), new List<DateOnly>(), new List<DateOnly>());
        var open = looks.Select(look => begun.AddDays(look % 60)).Where(day => day < closed).ToList();
        foreach (var today in open)
        {
            var days = AlarmDays.Of(alarm, Days, today);
            Told(reminders, days.IsReminder(last, reminders.Count > 0), today);
            Told(overdues, days.IsOverdue(last, overdues.Count > 0), today);
            Told(escalations, days.IsEscalation(last, escalations.Count > 0), today);
        }

        return reminders.Count == (open.Any(day => day <= last && Days.Left(day, last) <= alarm.Remind) ? 1 : 0)
            && overdues.Count == (open.Any(day => day > last) ? 1 : 0)
            && escalations.Count == (open.Any(day => day > last && -Days.Left(day, last) >= alarm.Escalate) ? 1 : 0)
            && reminders.All(day => day <= last) && escalations.All(day => day > last);
    }

    /// <summary>The daily round as hosts run it: a duty that stays open is reminded of before its end, then noted and told to the supervisor.</summary>
    [Property(MaxTest = 1000)]
    public bool A_host_that_looks_each_day_reminds_before_it_tells_those_above(int at, byte given, byte remind, byte escalate)
    {
        var alarm = new Alarm("duty", remind % 6, escalate % 4, Scoring.Packs.LegalStatus.Chosen, "");
        var begun = Start.AddDays((int)((uint)at % 500));
        var last = Days.After(begun, 1 + (given % 20)).Day;
        DateOnly First(Func<AlarmDays, bool> told) =>
            Enumerable.Range(0, 120).Select(day => begun.AddDays(day)).First(day => told(AlarmDays.Of(alarm, Days, day)));

        var reminded = First(days => days.IsReminder(last, false));
        var overdue = First(days => days.IsOverdue(last, false));
        var escalated = First(days => days.IsEscalation(last, false));
        return reminded <= last && overdue == last.AddDays(1) && escalated >= overdue && (alarm.Escalate > 1 || escalated <= Days.After(last, 1).Day);
    }

    /// <summary>From the last day as it was told, whatever calendar told it: later by so many worked days, and as if they had been given at once.</summary>
    [Property(MaxTest = 1000)]
    public bool A_lengthened_time_is_never_shorter(int at, byte given, byte more)
    {
        var begun = Start.AddDays((int)((uint)at % 500));
        var (days, extension) = (1 + (given % 20), 1 + (more % 10));
        var last = Days.After(begun, days).Day;
        var later = Days.After(last, extension).Day;
        return later > last && Days.Left(last, later) == extension && later == Days.After(begun, days + extension).Day;
    }

    [Fact]
    public void Built_in_alarms_are_of_each_duty_of_the_office_and_leave_time_to_act()
    {
        var duties = Duties.File(Duties.BuiltInFile, Days);

        Assert.All(duties.Alarms, alarm => Assert.True(alarm.Remind >= 1 && alarm.Escalate == 0, alarm.Duty));
        Assert.All(duties.Alarms.Where(alarm => alarm.Duty != Duties.NoticeReply), alarm => Assert.True(alarm.Remind < duties.On(alarm.Duty, new(2026, 6, 1)).Days, alarm.Duty));
    }

    private static void Told(List<DateOnly> days, bool isTold, DateOnly today)
    {
        if (isTold)
        {
            days.Add(today);
        }
    }
}
