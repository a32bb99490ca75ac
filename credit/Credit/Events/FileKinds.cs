using System.Collections.Immutable;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;

namespace Backbone.Credit.Events;

/// <summary>
/// What happens to files of facts. The file is <c>resource.id</c>, its SHA-256 <c>resource.digest</c>, its form <c>resource.type</c>, and its rows that are
/// sound or were stored <c>resource.count</c>. Of the facts themselves tells <see cref="CreditKinds.FactsReceived"/>.
/// </summary>
internal static class FileKinds
{
    /// <summary>Who uploaded a file that changes facts wanted to store it, too.</summary>
    public const string SamePerson = "same_person";

    private static readonly EventForm Change = new([EcsCategory.Database], [EcsType.Change]);
    private static readonly EventForm Denied = new([EcsCategory.Api], [EcsType.Access, EcsType.Denied]);
    private static readonly ImmutableArray<string> Details = ["resource.count", "resource.digest", "resource.id", "resource.type"];
    private static readonly ImmutableArray<string> Faults =
        ["bytes", "columns", "empty", "encoding", "headings", "macros", "none_sound", "old_workbook", "rows", "unpacked", "workbook"];

    private static readonly Wording Clerk = new("录入人员", "a credit clerk");

    public static readonly EventKind Upload = new()
    {
        Module = CreditKinds.Module,
        Action = "fact-file-upload",
        OnSuccess = new([EcsCategory.File], [EcsType.Creation]),
        OnFailure = Denied,
        What = new("上传信用事实文件并预览，尚未入库", "Uploaded a file of facts for a preview; nothing of it is stored yet"),
        Who = Clerk,
        Reasons = Faults,
        Details = Details,
        Retention = RetentionClass.Credit,
    };

    public static readonly EventKind Store = Upload with
    {
        Action = "fact-file-store",
        OnSuccess = Change,
        What = new("将预览过的文件中合格的行入库，或因须由另一人办理被拒绝", "Stored the sound rows of a file that was previewed, or was refused because another person has to"),
        Reasons = [SamePerson],
    };

    public static readonly EventKind Discard = Upload with
    {
        Action = "fact-file-discard",
        OnSuccess = new([EcsCategory.File], [EcsType.Deletion]),
        OnFailure = null,
        What = new("放弃预览的文件", "Discarded a file that was previewed"),
        Reasons = [],
    };

    public static readonly EventKind Take = Upload with
    {
        Action = "fact-file-take",
        OnSuccess = Change,
        What = new("从机关的文件夹收取每日文件", "Took a daily file from an agency's folder"),
        Who = new("系统；来源见 auth.client.id", "the program itself; the source: auth.client.id"),
    };

    public static ImmutableArray<EventKind> All { get; } = [Upload, Store, Discard, Take];
}
