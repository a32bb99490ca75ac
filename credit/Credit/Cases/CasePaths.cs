using Backbone.Credit.Enterprise;

namespace Backbone.Credit.Cases;

/// <summary>Where the pages of cases are.</summary>
internal static class CasePaths
{
    public const string MyObjections = EnterpriseSignIn.Home + "/objections";

    public const string MyRepairs = EnterpriseSignIn.Home + "/repairs";

    public const string Desk = "/console/credit";

    public const string DeskObjections = Desk + "/objections";

    public const string DeskRepairs = Desk + "/repairs";

    public static string MineOf(CaseKind kind) => kind == CaseKind.Objection ? MyObjections : MyRepairs;

    /// <summary>Where an organisation has all of its facts, to start a case from one; a page at a time.</summary>
    public static string AllOf(CaseKind kind) => MineOf(kind) + "#facts";

    public static string DeskOf(CaseKind kind) => kind == CaseKind.Objection ? DeskObjections : DeskRepairs;

    public static string MineOf(CaseRow row) => $"{MineOf(row.Kind)}/{row.Id:D}";

    public static string MineOf(CaseRow row, Guid file) => $"{MineOf(row)}/files/{file:D}";

    public static string FileOf(CaseRow row, Guid file) => $"{Desk}/files/{row.Entity}/{row.Id:D}/{file:D}";

    public static string DeskOf(CaseRow row) => $"{Desk}/cases/{row.Entity}/{row.Id:D}";
}

/// <summary>Metadata of an endpoint: which kind of case it is for.</summary>
internal sealed record ForKind(CaseKind Kind);

/// <summary>The id of a case or file in an address; what is none is the id of nothing, and not found.</summary>
internal readonly record struct CaseId(Guid Value)
{
    public static bool TryParse(string? text, out CaseId id)
    {
        id = new(Guid.TryParseExact(text, "D", out var value) ? value : Guid.Empty);
        return true;
    }
}
