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
            duty = act == CaseAct.Refer ? Duties.ObjectionOther : duty;
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

    [Fact]
    public void An_objection_is_answered_by_correction_or_withdrawal_and_an_application_by_repair() => Assert.Equal(
        [(CaseKind.Objection, Remedy.Correction), (CaseKind.Objection, Remedy.Withdrawal), (CaseKind.Repair, Remedy.Repair)],
        from kind in Enum.GetValues<CaseKind>() from remedy in Enum.GetValues<Remedy>() where CaseRules.Answers(kind, remedy) select (kind, remedy));
}
