using System.Collections.Immutable;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;

namespace Backbone.Credit.Events;

/// <summary>What happens to openings of sealed copies. The organisation is <c>subject.id</c>, the opening <c>resource.id</c>; why it is needed stands in its record.</summary>
internal static class SealedKinds
{
    private static readonly EventForm Change = new([EcsCategory.Database], [EcsType.Change]);
    private static readonly EventForm Access = new([EcsCategory.Database], [EcsType.Access]);
    private static readonly EventForm Denied = new([EcsCategory.Api], [EcsType.Access, EcsType.Denied]);

    public static readonly EventKind Ask = Of("sealed-ask", "申请开启封存的信用记录", "An opening of an organisation's sealed records was asked for", Change);

    public static readonly EventKind Agree = Of(
        "sealed-agree", "同意开启封存的信用记录，或因是申请者本人被拒绝", "An opening of sealed records was agreed to, or refused to the one who asked", Change, "same_person");

    public static readonly EventKind Refuse = Of("sealed-refuse", "不同意开启封存的信用记录", "An opening of sealed records was refused", Change);

    public static readonly EventKind Read = Of(
        "sealed-read", "查阅封存的信用记录；不是两名经办人之一或已到期的被拒绝", "Sealed records were read, or refused to whoever is none of the two or after the time", Access, "closed");

    public static readonly EventKind Export = Read with
    {
        Action = "sealed-export",
        What = new("导出封存的信用记录", "Sealed records left the system as a file"),
    };

    public static ImmutableArray<EventKind> All { get; } = [Ask, Agree, Refuse, Read, Export];

    private static EventKind Of(string action, string chinese, string english, EventForm success, params string[] reasons) => new()
    {
        Module = CreditKinds.Module,
        Action = action,
        OnSuccess = success,
        OnFailure = reasons.Length == 0 ? null : Denied,
        What = new(chinese, english),
        Who = new("信用工作人员；组织见 subject.id", "a credit officer; the organisation: subject.id"),
        Reasons = [.. reasons],
        Details = ["purpose.legal_basis", "resource.count", "resource.digest", "resource.id", "resource.type", "subject.id", "subject.kind"],
        Retention = RetentionClass.Credit,
    };
}
