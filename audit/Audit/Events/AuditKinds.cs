using System.Collections.Immutable;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;

namespace Backbone.Audit.Events;

/// <summary>Every kind of event the audit log writes about itself.</summary>
internal static class AuditKinds
{
    public const string Module = "audit";

    private static readonly EventForm Reading = new([EcsCategory.Database], [EcsType.Access]);
    private static readonly EventForm Deciding = new([EcsCategory.Configuration], [EcsType.Change]);
    private static readonly ImmutableArray<string> HoldDetails = ["auth.subject", "purpose.legal_basis", "resource.id", "resource.name", "resource.type"];
    private static readonly Wording Staff = new("审计管理员", "the audit administrator");

    public static readonly EventKind Entries = new()
    {
        Module = Module,
        Action = "audit-entries",
        OnSuccess = Reading,
        What = new("取走一段审计记录的原文", "Fetched a range of events in full"),
        Who = new("审计管理员，或系统（auth.client.id）", "the audit administrator, or a program (auth.client.id)"),
        Details = ["auth.subject", "purpose.code", "purpose.reference", "resource.count", "resource.from", "resource.to", "resource.type"],
        Retention = RetentionClass.Disclosure,
    };

    public static readonly EventKind Search = new()
    {
        Module = Module,
        Action = "audit-search",
        OnSuccess = Reading,
        What = new("检索审计记录", "Searched the audit log"),
        Who = Staff,
        Details =
        [
            "auth.subject", "purpose.code", "purpose.reference", "resource.count", "resource.from", "resource.query", "resource.to", "resource.type",
        ],
        Retention = RetentionClass.Disclosure,
    };

    public static readonly EventKind Follow = Search with
    {
        Action = "audit-follow",
        What = new("实时查看新到的审计记录", "Followed the audit log as events came in"),
    };

    public static readonly EventKind View = new()
    {
        Module = Module,
        Action = "audit-view",
        OnSuccess = Reading,
        What = new("查看一条审计记录", "Looked at one event"),
        Who = new("审计管理员；记录涉及的人见 user.target.id、subject.id", "the audit administrator; whom the event was about: user.target.id, subject.id"),
        Details = ["auth.subject", "purpose.code", "purpose.reference", "resource.id", "resource.type", "subject.id"],
        Retention = RetentionClass.Disclosure,
    };

    public static readonly EventKind Refuse = new()
    {
        Module = Module,
        Action = "event-refuse",
        OnFailure = new([EcsCategory.Api], [EcsType.Access, EcsType.Denied]),
        What = new("拒收了某系统的事件，而该系统的协议不传回答复", "Refused events of a system whose protocol carries no answer"),
        Who = new("发送系统（auth.client.id）", "the sender (auth.client.id)"),
        Reasons = ["invalid"],
        Details = ["resource.count", "resource.type"],
    };

    public static readonly EventKind Export = new()
    {
        Module = Module,
        Action = "audit-export",
        OnSuccess = Reading,
        What = new("导出审计记录", "Took events out of the audit log as a file"),
        Who = Staff,
        Details =
        [
            "auth.subject", "purpose.code", "purpose.reference", "resource.count", "resource.from", "resource.name", "resource.query", "resource.to",
            "resource.type",
        ],
        Retention = RetentionClass.Disclosure,
    };

    public static readonly EventKind SaveSearch = new()
    {
        Module = Module,
        Action = "audit-search-save",
        OnSuccess = new([EcsCategory.Configuration], [EcsType.Change]),
        What = new("保存、共享或删除一个检索", "Saved, shared or deleted a search"),
        Who = Staff,
        Details = ["auth.subject", "purpose.code", "purpose.reference", "resource.id", "resource.type"],
    };

    public static readonly EventKind Delete = new()
    {
        Module = Module,
        Action = "audit-delete",
        OnSuccess = new([EcsCategory.Database], [EcsType.Change]),
        What = new("删除了保存期已满的一段审计记录；删除前已签名声明", "Deleted a range of events whose time was over, after a signed statement"),
        Who = new("系统，按保存期设置", "the system, by its retention settings"),
        Details = ["resource.count", "resource.from", "resource.to", "resource.type"],

        // As long as anything is.
        Retention = RetentionClass.Certificate,
    };

    public static readonly EventKind Reconcile = new()
    {
        Module = Module,
        Action = "audit-index-repair",
        OnSuccess = new([EcsCategory.Database], [EcsType.Change]),
        OnFailure = new([EcsCategory.Database], [EcsType.Change]),
        What = new(
            "检索索引与日志不符：已补送缺少的记录、删除重复的文档（各类数量；起止为第一条和最后一条之后的序号）",
            "The search index was not as the log has it: delivered what was missing, removed what was there twice (how many of which; from the first such event to before the end)"),
        Who = new("系统，按核对设置", "the system, by its setting"),
        Reasons = ["not_repaired"],
        Details = ["resource.count", "resource.from", "resource.id", "resource.ids", "resource.to", "resource.type"],
    };

    public static readonly EventKind Erase = new()
    {
        Module = Module,
        Action = "subject-erase",
        OnSuccess = new([EcsCategory.Iam], [EcsType.Deletion, EcsType.User]),
        What = new("下令销毁主体密钥，其密封内容从此不可读", "Ordered a subject's key destroyed: what was sealed for it can be read no more"),
        Who = new("下令者；主体见 subject.id", "who ordered it; whose values: subject.id"),
        Details = ["auth.subject", "purpose.reference", "resource.type", "subject.id"],
        Retention = RetentionClass.Disclosure,
    };

    public static readonly EventKind Drop = new()
    {
        Module = Module,
        Action = "events-drop",
        OnFailure = new([EcsCategory.Process], [EcsType.Info]),
        What = new("转送队列已满期间舍弃的事件（各类数量，起止为毫秒时间戳）", "Dropped events while the spool to the log was full: how many of which kind, from and to in milliseconds since 1970"),
        Who = new("转送主机（agent.name）", "the forwarding host (agent.name)"),
        Reasons = ["spool-full"],
        Details = ["resource.count", "resource.from", "resource.ids", "resource.to"],
    };

    public static readonly EventKind FindUsage = new()
    {
        Module = Module,
        Action = "usage-find",
        OnSuccess = Reading,
        What = new("列出谁查看过某人的信息", "Listed who looked at a person's data"),
        Who = new(
            "系统（auth.client.id）代 user.id 查询，或本人在页面上查看；谁的信息见 user.target.id 或 subject.id",
            "a program (auth.client.id) for user.id, or the person on the page; whose data: user.target.id or subject.id"),
        Details = ["auth.subject", "resource.count", "subject.id"],
        Retention = RetentionClass.Disclosure,
    };

    public static readonly EventKind HoldAsk = new()
    {
        Module = Module,
        Action = "disclosure-hold-ask",
        OnSuccess = Deciding,
        What = new("请求暂不告知一条查看记录", "Asked to hold an entry of who looked back from the person"),
        Who = Staff,
        Details = HoldDetails,
        Retention = RetentionClass.Disclosure,
    };

    public static readonly EventKind HoldAgree = new()
    {
        Module = Module,
        Action = "disclosure-hold-agree",
        OnSuccess = Deciding,
        OnFailure = Deciding,
        What = new("同意暂不告知，从此生效；本人请求本人同意的被拒绝", "Agreed to it, so that it is held back; refused to who asked"),
        Who = Staff,
        Reasons = ["same_person"],
        Details = HoldDetails,
        Retention = RetentionClass.Disclosure,
    };

    public static readonly EventKind HoldRelease = new()
    {
        Module = Module,
        Action = "disclosure-hold-release",
        OnSuccess = Deciding,
        What = new("撤回或提前结束暂不告知", "Took the request back, or ended it before its time"),
        Who = Staff,
        Details = HoldDetails,
        Retention = RetentionClass.Disclosure,
    };

    public static ImmutableArray<EventKind> All { get; } =
        [Entries, Refuse, Drop, Search, Follow, View, Export, SaveSearch, Delete, Reconcile, Erase, FindUsage, HoldAsk, HoldAgree, HoldRelease];
}
