using System.Globalization;

namespace Backbone.Credit.Reports;

/// <summary>The store's clock of knowledge in words: RFC 3339 in UTC with six decimals, as exact as the store counts.</summary>
internal static class KnowledgeTime
{
    private const string Written = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    private static readonly string[] ReadForms = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK"];

    public static DateTimeOffset At(long known) => DateTimeOffset.UnixEpoch.AddTicks(known * TimeSpan.TicksPerMicrosecond);

    public static string Write(long known) => At(known).ToString(Written, CultureInfo.InvariantCulture);

    /// <summary>Null for what is no such time, or names no zone.</summary>
    public static long? Read(string text) =>
        (text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > 10)
        && DateTimeOffset.TryParseExact(text, ReadForms, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var at)
        && at >= DateTimeOffset.UnixEpoch
            ? (at.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond
            : null;
}
