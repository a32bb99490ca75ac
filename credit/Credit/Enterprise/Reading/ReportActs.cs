namespace Backbone.Credit.Enterprise.Reading;

// Public only because generated page classes are, and their parameters must be as visible as they.

/// <summary>What the reader may start from a fact, by their powers.</summary>
/// <param name="All">Where all facts are listed, a page at a time; null where the reader has no such page.</param>
public sealed record ReportActs(bool MayObject, bool MayRepair, string? All = null)
{
    public const string NewObjection = "/credit/my/objections/new";

    public const string NewRepair = "/credit/my/repairs/new";

    public static string For(string address, string fact) => $"{address}?fact={Uri.EscapeDataString(fact)}";
}
