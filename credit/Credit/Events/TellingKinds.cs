using System.Collections.Immutable;
using System.Diagnostics;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;
using Backbone.Credit.Reports;
using Backbone.Credit.Telling;

namespace Backbone.Credit.Events;

/// <summary>What credit tells by itself. The organisation is <c>subject.id</c>, the program <c>auth.client.id</c>, the subscription <c>resource.id</c>.</summary>
internal static class TellingKinds
{
    private static readonly EventForm Change = new([EcsCategory.Api], [EcsType.Change]);
    private static readonly EventForm Denied = new([EcsCategory.Api], [EcsType.Change, EcsType.Denied]);
    private static readonly Wording Program = new("系统（auth.client.id）；单位见 subject.id", "the program (auth.client.id); the organisation: subject.id");
    private static readonly ImmutableArray<string> Details = ["purpose.code", "purpose.legal_basis", "resource.id", "resource.type", "subject.id", "subject.kind"];

    /// <summary>From now on a program is told that something changed about an organisation. The audit module tells the organisation, by this name.</summary>
    public static readonly EventKind Subscribe = new()
    {
        Module = CreditKinds.Module,
        Action = "credit-subscribe",
        OnSuccess = Change,
        OnFailure = Denied,
        What = new("系统订阅（或续订）一个单位信用变动的通知", "A program subscribed to changes of an organisation's credit, or renewed that"),
        Who = Program,
        Reasons =
        [
            QueryReasons.Invalid, QueryReasons.NaturalPerson, QueryReasons.NoBasis, QueryReasons.NoCode, QueryReasons.NoPurpose, SubscribeReasons.NoSecret,
            SubscribeReasons.Target, SubscribeReasons.TooMany, QueryReasons.UnknownOrganisation, QueryReasons.UnknownPurpose,
        ],
        Details = Details,
        Retention = RetentionClass.Credit,
    };

    /// <summary>Why stands in <c>credit.decision</c>: program, or gone.</summary>
    public static readonly EventKind Unsubscribe = new()
    {
        Module = CreditKinds.Module,
        Action = "credit-unsubscribe",
        OnSuccess = Change,
        What = new("订阅结束：系统退订，或其地址答复 410（见 credit.decision）", "A subscription ended: by the program, or its address answered 410 (credit.decision)"),
        Who = Program,
        Details = ["credit.decision", .. Details],
        Retention = RetentionClass.Credit,
    };

    public static readonly EventKind Park = new()
    {
        Module = CreditKinds.Module,
        Action = "webhook-park",
        OnSuccess = Change,
        What = new("三天未送达的订阅消息不再发送", "Messages of a subscription were given up after three days"),
        Who = Program,
        Details = [.. Details, "resource.count"],
        Retention = RetentionClass.Credit,
    };

    public static readonly EventKind Secret = new()
    {
        Module = CreditKinds.Module,
        Action = "webhook-secret",
        OnSuccess = new([EcsCategory.Configuration], [EcsType.Change]),
        What = new("系统更换了签名密钥；原密钥再用一天", "A program got another secret for signatures; the former one is used for a day"),
        Who = new("系统（auth.client.id）", "the program (auth.client.id)"),
        Details = ["resource.type"],
    };

    public static readonly EventKind Address = Secret with
    {
        Action = "webhook-address",
        What = new("系统设定或撤回接收停用通知的地址（见 credit.decision）", "A program named the address for notices, or took it back, or it answered 410 (credit.decision)"),
        Details = ["credit.decision", "resource.type"],
    };

    /// <summary>The program whose messages they are is <c>resource.id</c>.</summary>
    public static readonly EventKind Again = new()
    {
        Module = CreditKinds.Module,
        Action = "webhook-send-again",
        OnSuccess = Change,
        What = new("重新发送一个系统（resource.id）未送达的消息", "Messages of a program (resource.id) that were not taken are sent again"),
        Who = new("系统自己（auth.client.id），或信用办件人员（user.id）", "the program itself (auth.client.id), or a credit officer (user.id)"),
        Details = ["resource.count", "resource.id", "resource.type"],
        Retention = RetentionClass.Credit,
    };

    private static readonly ImmutableArray<string> NoticeDetails = ["credit.decision", "resource.id", "resource.ids", "resource.type", "subject.id", "subject.kind"];

    /// <summary>Somebody who was told a fact is told to stop using it: the notice in <c>resource.id</c>, the fact in <c>resource.ids</c>, why in <c>credit.decision</c>.</summary>
    public static readonly EventKind NoticeGiven = new()
    {
        Module = CreditKinds.Module,
        Action = "credit-notice",
        OnSuccess = Change,
        What = new("通知曾获知该事实的系统停止使用（更正、撤销或修复见 credit.decision）", "A program that had been told a fact was told to stop using it (credit.decision: corrected, withdrawn or repaired)"),
        Who = Program,
        Details = NoticeDetails,
        Retention = RetentionClass.Credit,
    };

    public static readonly EventKind NoticeAcknowledged = NoticeGiven with
    {
        Action = "credit-notice-acknowledge",
        What = new("系统确认已停止使用", "A program acknowledged that it stopped using a fact"),
    };

    public static readonly EventKind NoticeOverdue = NoticeGiven with
    {
        Action = "credit-notice-overdue",
        What = new("停止使用的通知逾期未确认", "A notice to stop using a fact was not acknowledged in time"),
    };

    public static ImmutableArray<EventKind> All { get; } = [Subscribe, Unsubscribe, Park, Secret, Address, Again, NoticeGiven, NoticeAcknowledged, NoticeOverdue];

    public static AuditEvent Of(EventKind kind, Notice notice, TimeProvider clock) => Of(kind, notice.Client, notice.Entity, clock, null)
        .With("resource.type", "notice").With("resource.id", notice.Id.ToString("D")).With("resource.ids", [notice.Fact.ToString("D")]).With("credit.decision", Notice.Word(notice.Kind));

    public static AuditEvent Of(EventKind kind, Subscription subscription, TimeProvider clock) =>
        Of(kind, subscription.Client, subscription.Entity, clock, null)
            .With("purpose.code", subscription.Purpose).With("purpose.legal_basis", subscription.Basis).With("resource.id", subscription.Id.ToString("D"));

    /// <param name="entity">Null where none was read.</param>
    public static AuditEvent Of(EventKind kind, string client, string? entity, TimeProvider clock, string? reason)
    {
        var told = kind.Occurred(clock, reason).With("resource.type", "subscription") with { ClientId = client, TraceId = Activity.Current?.TraceId.ToHexString() };
        return entity is null ? told : told.With("subject.id", entity).With("subject.kind", "organisation");
    }
}
