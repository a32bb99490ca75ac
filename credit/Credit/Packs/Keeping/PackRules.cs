namespace Backbone.Credit.Packs.Keeping;

/// <summary>What a person can do with a pack that was handed in.</summary>
internal enum PackAct
{
    Approve,
    Refuse,
}

/// <summary>Which step leads where, and who may take it. Pure: no clock, no store.</summary>
internal static class PackRules
{
    /// <summary>The state after a step; null where it cannot be taken.</summary>
    public static PackState? Next(PackState state, PackAct act) => (act, state) switch
    {
        (PackAct.Approve, PackState.Submitted) => PackState.ApprovedOnce,
        (PackAct.Approve, PackState.ApprovedOnce) => PackState.Approved,
        (PackAct.Refuse, PackState.Submitted or PackState.ApprovedOnce) => PackState.Refused,
        _ => null,
    };

    /// <summary>Three different people see to a pack: who hands it in, and two who approve.</summary>
    public static bool MayApprove(KeptPack row, Guid person) => person != row.SubmittedBy && person != row.FirstBy;
}
