using System.Collections.Immutable;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;

namespace Backbone.Credit.Events;

/// <summary>What happens to policy packs: the pack is <c>credit.model</c> and <c>credit.model_version</c>, its hash <c>resource.digest</c>.</summary>
internal static class PackKinds
{
    private static readonly EventForm Change = new([EcsCategory.Database, EcsCategory.Configuration], [EcsType.Change]);
    private static readonly EventForm Denied = new([EcsCategory.Api], [EcsType.Access, EcsType.Denied]);
    private static readonly Wording Staff = new("规则包管理人员", "whoever sees to policy packs");
    private static readonly Wording Program = new("系统", "the program itself");

    public static readonly EventKind Submit = Of("pack-submit", "提交一个评价规则包", "A policy pack was handed in", Staff);

    public static readonly EventKind Approve = Of(
        "pack-approve", "第一人批准评价规则包，或因是提交者或已批准者本人被拒绝", "A first person approved a policy pack, or was refused as the one who handed it in or approved it", Staff, "same_person");

    public static readonly EventKind Sign = Of(
        "pack-sign", "第二人批准评价规则包并签名；生效日已定", "A second person approved a policy pack; it is signed and has its first day", Staff);

    public static readonly EventKind Refuse = Of("pack-refuse", "不批准评价规则包，并说明理由", "A policy pack was refused, with reasons", Staff);

    public static readonly EventKind TakeEffect = Of(
        "pack-in-force", "评价规则包开始施行（原规则包见 resource.removed）", "A policy pack came in force (the one before it: resource.removed)", Program);

    public static ImmutableArray<EventKind> All { get; } = [Submit, Approve, Sign, Refuse, TakeEffect];

    private static EventKind Of(string action, string chinese, string english, Wording who, params string[] reasons) => new()
    {
        Module = CreditKinds.Module,
        Action = action,
        OnSuccess = Change,
        OnFailure = reasons.Length == 0 ? null : Denied,
        What = new(chinese, english),
        Who = who,
        Reasons = [.. reasons],
        Details = ["credit.model", "credit.model_version", "resource.digest", "resource.id", "resource.removed"],
        Retention = RetentionClass.Credit,
    };
}
