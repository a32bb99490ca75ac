using Backbone.Audit.Contracts.Events;
using Backbone.Credit.Cases.Clock;
using Backbone.Credit.Events;

namespace Backbone.Credit.Cases;

/// <summary>What can be done in a case that is there.</summary>
internal enum CaseAct
{
    TakeBack,
    Refer,
    Accept,
    Propose,
    Return,
    Approve,
    Reject,

    /// <summary>More time to decide about a repair, once.</summary>
    Extend,
}

/// <summary>Which step leads where. Pure: no clock, no store.</summary>
internal static class CaseRules
{
    /// <summary>The state after a step; null where the step cannot be taken.</summary>
    public static CaseState? Next(CaseKind kind, CaseState state, string duty, CaseAct act) => (act, kind, state) switch
    {
        (CaseAct.TakeBack, _, CaseState.Received or CaseState.Accepted or CaseState.Proposed) => CaseState.TakenBack,
        (CaseAct.Refer, CaseKind.Objection, CaseState.Received) when duty == Duties.ObjectionOwn => CaseState.Received,
        (CaseAct.Accept, CaseKind.Repair, CaseState.Received) => CaseState.Accepted,
        (CaseAct.Propose, CaseKind.Objection, CaseState.Received) => CaseState.Proposed,
        (CaseAct.Propose, CaseKind.Repair, CaseState.Accepted) => CaseState.Proposed,
        (CaseAct.Return, CaseKind.Objection, CaseState.Proposed) => CaseState.Received,
        (CaseAct.Return, CaseKind.Repair, CaseState.Proposed) => CaseState.Accepted,
        (CaseAct.Approve, _, CaseState.Proposed) => CaseState.Granted,
        (CaseAct.Reject, _, CaseState.Received or CaseState.Accepted) => CaseState.Rejected,
        (CaseAct.Extend, CaseKind.Repair, CaseState.Accepted) when duty == Duties.RepairDecide => state,
        _ => null,
    };

    public static bool May(CaseRow row, CaseAct act) => Next(row.Kind, row.State, row.Duty, act) is not null;

    /// <summary>Why the time is not lengthened now, as an event says it; null where it may be: once, while it runs, by no more than the law or the owner of the data lets.</summary>
    public static string? WhyNotExtended(CaseRow row, int days, int most, DateOnly today) =>
        row.ExtendedAt is not null ? "extended_before" : row.DueOn < today ? "too_late" : days < 1 || days > most ? "too_long" : null;

    /// <summary>Whether a remedy answers what was asked.</summary>
    public static bool Answers(CaseKind kind, Remedy remedy) =>
        kind == CaseKind.Repair ? remedy == Remedy.Repair : remedy is Remedy.Correction or Remedy.Withdrawal;

    /// <summary>Steps whose reasons the organisation is owed.</summary>
    public static bool WantsReason(CaseAct act) => act is CaseAct.Refer or CaseAct.Propose or CaseAct.Return or CaseAct.Reject or CaseAct.Extend;

    public static EventKind EventOf(CaseAct act) => act switch
    {
        CaseAct.TakeBack => CaseKinds.TakeBack,
        CaseAct.Refer => CaseKinds.Refer,
        CaseAct.Accept => CaseKinds.Accept,
        CaseAct.Propose => CaseKinds.Propose,
        CaseAct.Return => CaseKinds.Return,
        CaseAct.Approve => CaseKinds.Approve,
        CaseAct.Extend => CaseKinds.Extend,
        _ => CaseKinds.Reject,
    };
}
