using System.Collections.Immutable;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;
using Backbone.Credit.Paper;
using Backbone.Credit.Reports;

namespace Backbone.Credit.Events;

/// <summary>Every kind of event the credit module writes.</summary>
internal static class CreditKinds
{
    public const string Module = "credit";

    public static readonly EventKind FactsReceived = new()
    {
        Module = Module,
        Action = "facts-receive",
        OnSuccess = new([EcsCategory.Database], [EcsType.Change]),
        What = new("收到一批信用事实", "Took a batch of facts about organisations"),
        Who = new("报送系统（auth.client.id）", "the program that reported them (auth.client.id)"),
        Details = ["resource.count", "resource.digest", "resource.type"],
        Retention = RetentionClass.Credit,
    };

    public static readonly EventKind ProfilesReceived = new()
    {
        Module = Module,
        Action = "profiles-receive",
        OnSuccess = new([EcsCategory.Database], [EcsType.Change]),
        What = new("收到一批组织登记信息（行业、规模、成立日期）", "Took a batch of what the registry says of organisations: section, size, day of establishment"),
        Who = new("报送系统（auth.client.id）", "the program that reported them (auth.client.id)"),
        Details = ["resource.count", "resource.digest", "resource.type"],
        Retention = RetentionClass.Credit,
    };

    /// <summary>A look at an organisation's record. Its name is known to the audit module, which tells the organisation.</summary>
    public static readonly EventKind Query = new()
    {
        Module = Module,
        Action = "credit-query",
        OnSuccess = new([EcsCategory.Api], [EcsType.Access]),
        OnFailure = new([EcsCategory.Api], [EcsType.Access, EcsType.Denied]),
        What = new("查询一个单位的信用等级或报告", "Asked for an organisation's grade or report"),
        Who = new("查询系统（auth.client.id），或在工作台查阅的信用工作人员；被查询的单位见 subject.id", "the program that asked (auth.client.id), or the officer who looked at a desk; whom about: subject.id"),
        Reasons =
        [
            QueryReasons.Invalid, QueryReasons.NaturalPerson, QueryReasons.NoBasis, QueryReasons.NoCode, QueryReasons.NoPurpose, QueryReasons.NotPublished,
            QueryReasons.TooMany, QueryReasons.UnknownOrganisation,
            QueryReasons.UnknownPurpose,
        ],
        Details =
        [
            "credit.input_digest", "credit.model", "credit.model_version", "credit.score_band", "purpose.code", "purpose.legal_basis", "resource.id",
            "resource.type", "subject.id", "subject.kind",
        ],
        Retention = RetentionClass.Credit,
    };

    public static readonly EventKind GradeChanged = new()
    {
        Module = Module,
        Action = "grade-change",
        OnSuccess = new([EcsCategory.Database], [EcsType.Change]),
        What = new("企业信用等级变动（原等级见 resource.removed）", "An organisation's grade is another than before (which is in resource.removed)"),
        Who = new("系统，按生效的规则包（credit.model）", "the system, by the pack in force (credit.model)"),
        Details = ["credit.entity", "credit.score_band", "resource.removed", "credit.model", "credit.model_version", "resource.digest"],
        Retention = RetentionClass.Credit,
    };

    /// <summary>An organisation read its own report.</summary>
    public static readonly EventKind ReportRead = new()
    {
        Module = Module,
        Action = "credit-report-read",
        OnSuccess = new([EcsCategory.Web], [EcsType.Access]),
        What = new("单位查看自己的信用报告", "An organisation's own credit report was read in its name"),
        Who = new("代表单位的人（user.id）；单位见 subject.id", "who acts for the organisation (user.id); which one: subject.id"),
        Details = ["credit.input_digest", "credit.model", "credit.model_version", "credit.score_band", "purpose.code", "subject.id", "subject.kind"],
        Retention = RetentionClass.Credit,
    };

    /// <summary>A report left as a PDF; its content's digest and number are in the event, and the event's receipt is in the PDF.</summary>
    public static readonly EventKind ReportIssued = ReportRead with
    {
        Action = VerifyPaper.Issuance,
        OnSuccess = new([EcsCategory.File], [EcsType.Creation]),
        What = new("出具一份带签名的信用报告（PDF）", "Issued a signed credit report (PDF)"),
        Details = [.. ReportRead.Details, "resource.digest", "resource.id", "resource.type"],
    };

    public static ImmutableArray<EventKind> All { get; } = [FactsReceived, ProfilesReceived, Query, GradeChanged, ReportRead, ReportIssued];
}
