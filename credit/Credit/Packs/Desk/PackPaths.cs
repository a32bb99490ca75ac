namespace Backbone.Credit.Packs.Desk;

/// <summary>Where the pages of policy packs are.</summary>
internal static class PackPaths
{
    public const string List = "/console/credit/packs";

    public const string New = List + "/new";

    /// <summary>Files, which are no pages.</summary>
    public const string Files = "/console/credit/pack-files";

    public static string Of(Guid pack) => $"{List}/{pack:D}";

    public static string FileOf(Guid pack) => $"{Files}/{pack:D}/pack";

    public static string SignatureOf(Guid pack) => $"{Files}/{pack:D}/signature";
}
