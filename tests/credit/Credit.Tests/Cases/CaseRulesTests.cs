using Backbone.Credit.Cases;
using Backbone.Credit.Cases.Clock;
using FsCheck.Xunit;

namespace Backbone.Credit.Tests.Cases;

public sealed class CaseRulesTests
{
    private static readonly CaseAct[] Acts = Enum.GetValues<CaseAct>();

    /// <summary>Whatever is tried in whatever order.</summary>
    [Property(MaxTest = 2000)]
    public bool A_closed_case_stays_closed_and_nothing_is_granted_that_was_not_proposed_before(bool repair, byte[] tries)
    {
        var kind = repair ? CaseKind.Repair : CaseKind.Objection;
        var (state, duty, before) = (CaseState.Received, repair ? Duties.RepairAccept : Duties.ObjectionOwn, CaseState.Received);
        foreach (var act in tries.Select(one => Acts[one % Acts.Length]))
        {
            if (CaseRules.Next(kind, state, duty, act) is not { } next)
            {
                continue;
            }

            var isClosed = state is CaseState.Granted or CaseState.Rejected or CaseState.TakenBack;
            if (isClosed || (next == CaseState.Granted && state != CaseState.Proposed) || (next == CaseState.Proposed && repair && state != CaseState.Accepted))
            {
                return false;
            }

            (before, state) = (state, next);
            duty = act switch
            {
                CaseAct.Refer => Duties.ObjectionOther,
                CaseAct.Accept => Duties.RepairDecide,
                _ => duty,
            };
        }

        return before != CaseState.Granted;
    }

    [Fact]
    public void Another_authority_is_asked_once_and_of_objections_only()
    {
        Assert.Equal(CaseState.Received, CaseRules.Next(CaseKind.Objection, CaseState.Received, Duties.ObjectionOwn, CaseAct.Refer));
        Assert.Null(CaseRules.Next(CaseKind.Objection, CaseState.Received, Duties.ObjectionOther, CaseAct.Refer));
        Assert.Null(CaseRules.Next(CaseKind.Repair, CaseState.Received, Duties.RepairAccept, CaseAct.Refer));
    }

    /// <summary>Of no other state, duty or kind: neither an objection, nor what is not accepted, waits for approval or is closed.</summary>
    [Fact]
    public void Only_the_time_to_decide_about_an_accepted_repair_is_lengthened() => Assert.Equal(
        [(CaseKind.Repair, CaseState.Accepted, Duties.RepairDecide)],
        from kind in Enum.GetValues<CaseKind>()
        from state in Enum.GetValues<CaseState>()
        from duty in (string[])[Duties.ObjectionOwn, Duties.ObjectionOther, Duties.RepairAccept, Duties.RepairDecide]
        where CaseRules.Next(kind, state, duty, CaseAct.Extend) is not null
        select (kind, state, duty));

    [Theory]
    [InlineData(0, 10, false, null)]
    [InlineData(5, 1, false, null)]
    [InlineData(-1, 5, false, "too_late")]
    [InlineData(5, 5, true, "extended_before")]
    [InlineData(5, 11, false, "too_long")]
    [InlineData(5, 0, false, "too_long")]
    [InlineData(5, -3, false, "too_long")]
    public void It_is_lengthened_once_while_it_runs_and_by_no_more_than_the_data_says(int left, int days, bool before, string? why)
    {
        var today = new DateOnly(2026, 11, 30);
        var row = new CaseRow
        {
            Entity = "91379999MADEMA0000",
            Id = Guid.Empty,
            Grounds = "",
            Kind = CaseKind.Repair,
            State = CaseState.Accepted,
            Duty = Duties.RepairDecide,
            DueOn = today.AddDays(left),
            ExtendedAt = before ? DateTimeOffset.UnixEpoch : null,
        };

        Assert.Equal(why, CaseRules.WhyNotExtended(row, days, 10, today));
    }

    [Fact]
    public void An_objection_is_answered_by_correction_or_withdrawal_and_an_application_by_repair() => Assert.Equal(
        [(CaseKind.Objection, Remedy.Correction), (CaseKind.Objection, Remedy.Withdrawal), (CaseKind.Repair, Remedy.Repair)],
        from kind in Enum.GetValues<CaseKind>() from remedy in Enum.GetValues<Remedy>() where CaseRules.Answers(kind, remedy) select (kind, remedy));
}
