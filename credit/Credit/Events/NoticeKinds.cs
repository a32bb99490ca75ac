using System.Collections.Immutable;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;

namespace Backbone.Credit.Events;

/// <summary>
/// What happens to notices before a grade is published. The organisation is <c>subject.id</c>, the notice <c>resource.id</c>, the grade it is about
/// <c>credit.score_band</c>, the one that stays published meanwhile <c>resource.removed</c>, the facts <c>resource.ids</c>: the first hundred by their id, <c>resource.count</c> in all, and
/// <c>credit.input_digest</c> is the SHA-256 over all of their ids in order, joined by line feeds.
/// </summary>
internal static class NoticeKinds
{
    private static readonly EventForm Change = new([EcsCategory.Database], [EcsType.Change]);
    private static readonly EventForm Access = new([EcsCategory.Database], [EcsType.Access]);
    private static readonly EventForm Denied = new([EcsCategory.Api], [EcsType.Access, EcsType.Denied]);
    private static readonly Wording Program = new("系统", "the program itself");
    private static readonly Wording Organisation = new("代办的人；组织见 subject.id", "who acts for the organisation: subject.id");
    private static readonly Wording Supervisor = new("信用督办人员；组织见 subject.id", "a credit supervisor; the organisation: subject.id");
    private static readonly Wording StaffOrSupervisor = new("信用工作人员或督办人员；组织见 subject.id", "a credit officer or supervisor; the organisation: subject.id");
    private static readonly Wording Staff = new("信用工作人员；组织见 subject.id", "a credit officer; the organisation: subject.id");

    public static readonly EventKind Give = Of(
        "prior-notice-give", "公布不利等级之前告知组织；公布的等级不变", "An organisation was told of a grade before its publication; the published one stays", Program);

    public static readonly EventKind Open = Of("prior-notice-read", "组织第一次打开告知", "An organisation opened a notice for the first time", Organisation) with { OnSuccess = Access };

    public static readonly EventKind Answer = Of("prior-notice-answer", "组织陈述意见、承诺修复或表示无意见", "An organisation answered a notice", Organisation, "no_power");

    public static readonly EventKind View = Of("prior-notice-view", "工作人员查看告知", "Looked at a notice", StaffOrSupervisor) with { OnSuccess = Access };

    public static readonly EventKind Reply = Of("prior-notice-reply", "对组织的陈述说明是否采纳及理由", "What an organisation stated was answered, with reasons", Staff);

    public static readonly EventKind Decide = Of(
        "prior-notice-decide", "组织已答复，决定不待期满即公布，并说明理由", "After the organisation's answer it was decided not to wait for the end, with reasons", Staff);

    public static readonly EventKind Remind = Of(
        "prior-notice-remind", "组织的陈述尚未回应，期限将满，提醒经办人员", "The time ends to reply to what an organisation stated; who is in charge was reminded", Program);

    public static readonly EventKind Escalate = Of(
        "prior-notice-escalate", "组织的陈述到期仍未回应，已报上一级", "What an organisation stated was not replied to in time, and those above were told", Program);

    public static readonly EventKind Assign = Of(
        "prior-notice-assign", "督办：指派经办人员；经办人员见 user.target.id", "A supervisor said who is to reply to an overdue statement: user.target.id", Supervisor);

    public static readonly EventKind Instruct = Of(
        "prior-notice-instruct", "督办：对超期未回应的陈述作出指示", "A supervisor gave an instruction about a statement that is overdue to be replied to", Supervisor);

    public static readonly EventKind Publish = Of("prior-notice-publish", "告知期满，公布等级", "The time of a notice was over and the grade was published", Program);

    public static readonly EventKind End = Of(
        "prior-notice-end", "告知期满，等级已不再不利，不予公布", "The time of a notice was over and the grade was not as bad any more", Program);

    public static readonly EventKind Replace = Of(
        "prior-notice-replace", "告知由另一告知代替：等级更低、规则变动或出现未告知的事实", "Another notice took the place of one: a worse grade, another pack, or facts not told of", Program);

    public static ImmutableArray<EventKind> All { get; } = [Give, Open, Answer, View, Reply, Decide, Remind, Escalate, Assign, Instruct, Publish, End, Replace];

    private static EventKind Of(string action, string chinese, string english, Wording who, params string[] reasons) => new()
    {
        Module = CreditKinds.Module,
        Action = action,
        OnSuccess = Change,
        OnFailure = reasons.Length == 0 ? null : Denied,
        What = new(chinese, english),
        Who = who,
        Reasons = [.. reasons],
        Details =
        [
            "credit.input_digest", "credit.model", "credit.model_version", "credit.score_band", "purpose.code", "resource.count", "resource.digest",
            "resource.id", "resource.ids", "resource.removed", "resource.type", "subject.id", "subject.kind",
        ],
        Retention = RetentionClass.Credit,
    };
}
