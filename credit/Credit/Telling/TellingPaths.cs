using Backbone.Credit.Enterprise;

namespace Backbone.Credit.Telling;

/// <summary>Where the pages are of what programs are told by themselves.</summary>
internal static class TellingPaths
{
    public const string Mine = EnterpriseSignIn.Home + "/notices";

    public const string DeskNotices = "/console/credit/notices";

    public const string DeskPrograms = "/console/credit/webhooks";

    public static string DeskOf(string client) => $"{DeskPrograms}/{Uri.EscapeDataString(client)}";
}
