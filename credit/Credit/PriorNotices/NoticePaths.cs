using Backbone.Credit.Cases;
using Backbone.Credit.Enterprise;

namespace Backbone.Credit.PriorNotices;

/// <summary>Where the pages of notices are.</summary>
internal static class NoticePaths
{
    public const string Mine = EnterpriseSignIn.Home + "/prior-notices";

    public const string Desk = CasePaths.Desk + "/prior-notices";

    public static string MineOf(PriorNotice notice) => $"{Mine}/{notice.Id:D}";

    public static string DeskOf(PriorNotice notice) => $"{Desk}/{notice.Entity}/{notice.Id:D}";
}
