using System.Collections.Immutable;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;

namespace Backbone.Credit.Events;

/// <summary>
/// What happens to objections and applications for repair. The organisation is <c>subject.id</c>, the case <c>resource.id</c>, its kind
/// <c>resource.type</c>, the fact the first of <c>resource.ids</c>.
/// </summary>
internal static class CaseKinds
{
    private static readonly EventForm Change = new([EcsCategory.Database], [EcsType.Change]);
    private static readonly EventForm Access = new([EcsCategory.Database], [EcsType.Access]);
    private static readonly EventForm Denied = new([EcsCategory.Api], [EcsType.Access, EcsType.Denied]);
    private static readonly ImmutableArray<string> Details =
        ["credit.decision", "resource.count", "resource.digest", "resource.id", "resource.ids", "resource.type", "subject.id", "subject.kind"];

    private static readonly Wording Organisation = new("代办的人；组织见 subject.id", "who acts for the organisation: subject.id");
    private static readonly Wording Program = new("系统", "the program itself");
    private static readonly Wording Supervisor = new("信用督办人员；组织见 subject.id", "a credit supervisor; the organisation: subject.id");
    private static readonly Wording StaffOrSupervisor = new("信用工作人员或督办人员；组织见 subject.id", "a credit officer or supervisor; the organisation: subject.id");
    private static readonly Wording Staff = new("信用工作人员；组织见 subject.id", "a credit officer; the organisation: subject.id");

    public static readonly EventKind File = Of(
        "case-file", "组织提出异议或申请信用修复；异议同时标注在事实上", "An organisation objected to a fact, which marks it, or applied for repair", Organisation, "no_power");

    public static readonly EventKind TakeBack = Of("case-take-back", "组织撤回异议或申请", "An organisation took its objection or application back", Organisation, "no_power");

    public static readonly EventKind Refer = Of("case-refer", "异议需要其他单位核查", "An objection needs another authority to check", Staff);

    public static readonly EventKind Accept = Of("case-accept", "受理信用修复申请", "An application for repair was found complete", Staff);

    public static readonly EventKind Propose = Of(
        "case-propose", "提出更改记录的意见，待另一人批准", "A change of the record was proposed; another person is to approve it", Staff);

    public static readonly EventKind Return = Of("case-return", "退回更改记录的意见", "A proposed change was sent back", Staff);

    public static readonly EventKind Approve = Of(
        "case-approve", "批准并更改记录，或因是提出者本人被拒绝", "A proposed change was approved and made, or refused to the one who proposed it", Staff, "same_person");

    public static readonly EventKind Reject = Of("case-reject", "不予支持或不予受理，并说明理由", "An objection or application was rejected, with reasons", Staff);

    public static readonly EventKind Overdue = Of("case-overdue", "超过法定期限仍未办结", "The legal time for a case was over and it was open", Program);

    public static readonly EventKind Remind = Of(
        "case-remind", "期限将满，提醒经办人员", "The legal time of a case is about to end; who is in charge was reminded", Program);

    public static readonly EventKind Escalate = Of(
        "case-escalate", "超过法定期限，已报上一级", "The legal time of a case was over, and those above who is in charge were told", Program);

    public static readonly EventKind Extend = Of(
        "case-extend", "延长信用修复的办理期限并说明理由，或被拒绝", "The time to decide about a repair was lengthened, with reasons, or was refused to be",
        Staff, "extended_before", "too_late", "too_long");

    public static readonly EventKind Assign = Of(
        "case-assign", "督办：指派经办人员；经办人员见 user.target.id", "A supervisor said who is to work on an overdue case: user.target.id", Supervisor);

    public static readonly EventKind Instruct = Of("case-instruct", "督办：对超期办件作出指示", "A supervisor gave an instruction about an overdue case", Supervisor);

    public static readonly EventKind View = Of("case-view", "查看异议或修复办件", "Looked at a case", StaffOrSupervisor) with { OnSuccess = Access };

    public static readonly EventKind OpenFile = Of(
        "case-file-open", "下载随附材料，或因材料已随记录封存被拒绝", "A file that came with a case was downloaded, or refused because it is sealed with the fact",
        new("信用工作人员或代办的人（auth.client.id 说明在哪里）；组织见 subject.id", "a credit officer, or who acts for the organisation (auth.client.id tells where); the organisation: subject.id"), "sealed") with
    {
        OnSuccess = Access,
    };

    public static ImmutableArray<EventKind> All { get; } = [File, TakeBack, Refer, Accept, Propose, Return, Approve, Reject, Remind, Overdue, Escalate, Extend, Assign, Instruct, View, OpenFile];

    /// <summary>Steps of cases and notices that are said within the office: reminders, and what a supervisor tells officers.</summary>
    public static IReadOnlySet<string> Internal { get; } = new HashSet<string>(
        [Remind.Action, Assign.Action, Instruct.Action, NoticeKinds.Remind.Action, NoticeKinds.Assign.Action, NoticeKinds.Instruct.Action], StringComparer.Ordinal);

    private static EventKind Of(string action, string chinese, string english, Wording who, params string[] reasons) => new()
    {
        Module = CreditKinds.Module,
        Action = action,
        OnSuccess = Change,
        OnFailure = reasons.Length == 0 ? null : Denied,
        What = new(chinese, english),
        Who = who,
        Reasons = [.. reasons],
        Details = Details,
        Retention = RetentionClass.Credit,
    };
}
