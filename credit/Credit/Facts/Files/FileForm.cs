using System.Collections.Immutable;
using Backbone.Platform;

namespace Backbone.Credit.Facts.Files;

/// <summary>A form in which files of facts come.</summary>
/// <param name="Id">As it stands in the database and in texts.</param>
/// <param name="Columns">What is read; in the order of the template.</param>
/// <param name="KnowsOthers">Whether columns that are not read are refused: in our own form a misspelt heading would lose what stands below it.</param>
/// <param name="Type">The type of every fact in it; null where a column says it.</param>
internal sealed record FileForm(string Id, ImmutableArray<FileColumn> Columns, bool KnowsOthers, string? Type)
{
    /// <summary>Our own form: a column for each field of the interface.</summary>
    public static FileForm Facts { get; } = new(
        "facts",
        [
            new("key", ["编号", "key"], CellKind.Text, Needed: true),
            new("entity", ["统一社会信用代码", "unified social credit code", "entity"], CellKind.Text, Needed: true),
            new("type", ["信息类型", "fact type", "type"], CellKind.Type, Needed: true),
            new("class", ["失信程度", "class"], CellKind.Word),
            new("amount", ["金额（元）", "amount (yuan)", "amount"], CellKind.Number),
            new("value", ["等次", "value"], CellKind.Word),
            new("document", ["文书号", "document"], CellKind.Text, Needed: true),
            new("authority", ["作出机关", "authority"], CellKind.Text, Needed: true),
            new("basis", ["依据", "legal basis", "basis"], CellKind.Text, Needed: true),
            new("decided", ["文书日期", "date of the document", "decided"], CellKind.Date, Needed: true),
            new("behaviourEnd", ["行为终止日", "end of the behaviour", "behaviourend"], CellKind.Date),
            new("validFrom", ["开始使用日", "used from", "validfrom"], CellKind.Date),
            new("validTo", ["停止使用日", "used until before", "validto"], CellKind.Date),
            new("excluded", ["不纳入情形", "excluded"], CellKind.Word),
            new("kind", ["记录种类", "kind of record", "kind"], CellKind.Word),
            new("about", ["所涉编号", "about"], CellKind.Text),
            new("reason", ["理由", "reason"], CellKind.Text),
        ],
        KnowsOthers: false,
        Type: null);

    /// <summary>
    /// The publicity of administrative penalties (双公示). Headings as public files of several places have them; the standard itself was not at hand, so that
    /// they are unverified, like the meaning of the last day. The severity stands in no column of it: an agency adds one, for it is never guessed.
    /// </summary>
    public static FileForm Penalties { get; } = new(
        "penalties",
        [
            new("entity", ["行政相对人代码_1（统一社会信用代码）", "行政相对人代码-1（统一社会信用代码）", "统一社会信用代码"], CellKind.Text, Needed: true),
            new("document", ["行政处罚决定书文号"], CellKind.Text, Needed: true),
            new("class", ["失信程度", "严重程度", "失信信息类别"], CellKind.Word, Needed: true),
            new("fine", ["罚款金额（万元）"], CellKind.TenThousands),
            new("confiscation", ["没收违法所得、没收非法财物的金额（万元）"], CellKind.TenThousands),
            new("basis", ["处罚依据"], CellKind.Text, Needed: true),
            new("decided", ["处罚决定日期"], CellKind.Date, Needed: true),
            new("validTo", ["公示截止期"], CellKind.LastDay),
            new("authority", ["处罚机关"], CellKind.Text, Needed: true),
            new(Person, ["行政相对人类别"], CellKind.Person),
            new(Ambiguous, ["罚款金额"], CellKind.Ambiguous),
        ],
        KnowsOthers: true,
        Type: "penalty");

    /// <summary>The publicity of administrative licences; unverified as <see cref="Penalties"/>.</summary>
    public static FileForm Licences { get; } = new(
        "licences",
        [
            new("entity", ["行政相对人代码_1（统一社会信用代码）", "行政相对人代码-1（统一社会信用代码）", "统一社会信用代码"], CellKind.Text, Needed: true),
            new("document", ["行政许可决定文书号"], CellKind.Text, Needed: true),
            new("basis", ["许可依据", "许可决定依据", "行政许可决定文书名称"], CellKind.Text, Needed: true),
            new("decided", ["许可决定日期"], CellKind.Date, Needed: true),
            new("validFrom", ["有效期自"], CellKind.Date),
            new("validTo", ["有效期至"], CellKind.LastDay),
            new("authority", ["许可机关"], CellKind.Text, Needed: true),
            new(Person, ["行政相对人类别"], CellKind.Person),
        ],
        KnowsOthers: true,
        Type: "licence");

    /// <summary>A column that says whether the row is about a natural person.</summary>
    public const string Person = "person";

    /// <summary>A column whose unit its heading does not say.</summary>
    public const string Ambiguous = "ambiguous";

    /// <summary>Told by the one heading that only it has.</summary>
    public static FileForm Of(IReadOnlyList<string> headings)
    {
        var names = headings.Select(FileColumn.Normal).ToHashSet(StringComparer.Ordinal);
        return names.Contains("行政处罚决定书文号") ? Penalties : names.Contains("行政许可决定文书号") ? Licences : Facts;
    }

    public static FileForm Find(string id) => id == Penalties.Id ? Penalties : id == Licences.Id ? Licences : Facts;
}

/// <param name="Field">The field it is for, as a program would name it.</param>
/// <param name="Headings">What it may be called: first in Chinese, then in English where the form has one.</param>
/// <param name="Needed">Whether a file without it is refused as a whole.</param>
internal sealed record FileColumn(string Field, ImmutableArray<string> Headings, CellKind Kind, bool Needed = false)
{
    private readonly ImmutableArray<string> normal = [.. Headings.Select(Normal)];

    public bool IsCalled(string heading) => normal.Contains(Normal(heading));

    public Bilingual Name => new(Headings[0], Headings.Length > 1 ? Headings[1] : Headings[0]);

    /// <summary>However it is spaced, whichever brackets it has, in capitals or not.</summary>
    public static string Normal(string heading) => string.Concat(heading.Where(character => !char.IsWhiteSpace(character)))
        .Replace('(', '（').Replace(')', '）').TrimStart('*').ToLowerInvariant();
}

/// <summary>What a cell is made into.</summary>
internal enum CellKind
{
    Text,

    /// <summary>A word of the interface, or the Chinese for it.</summary>
    Word,

    /// <summary>A type of the catalogue, by its code or its title.</summary>
    Type,
    Number,

    /// <summary>Ten thousands of yuan; several such columns are added up to the amount.</summary>
    TenThousands,
    Date,

    /// <summary>The last day; what is recorded is the day after.</summary>
    LastDay,
    Person,
    Ambiguous,
}
