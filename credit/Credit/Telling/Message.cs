using System.Buffers;
using System.Text;
using Backbone.Credit.Reports;
using Backbone.Platform.Json;

namespace Backbone.Credit.Telling;

/// <summary>
/// What is sent: that something changed and where to ask, never what. So a message tells nobody more than that there is news, and the question that
/// follows it is on record like any other. Canonical JSON (RFC 8785), the same bytes each time it is sent.
/// </summary>
internal static class Message
{
    public const string GradeChanged = "credit.grade.changed";
    public const string FactsChanged = "credit.facts.changed";

    /// <param name="type">Which.</param>
    /// <param name="subscription">For whom.</param>
    /// <param name="at">When it changed, by this host.</param>
    /// <param name="known">Of new records: the store's time, from which they are known.</param>
    public static byte[] Write(string type, Subscription subscription, DateTimeOffset at, long? known)
    {
        var output = new ArrayBufferWriter<byte>(512);
        var json = new CanonicalJson(output);
        Named(json, "{\"data\":{\"ask\":", Ask(type, subscription));
        Named(json, ",\"entity\":", subscription.Entity);
        if (known is { } time)
        {
            Named(json, ",\"known\":", KnowledgeTime.Write(time));
        }

        Named(json, ",\"subscription\":", subscription.Id.ToString("D"));
        json.Raw("},\"timestamp\":"u8);
        json.Timestamp(at);
        Named(json, ",\"type\":", type);
        json.Raw("}"u8);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Relative: whoever follows an address that came from outside would show its token there.</summary>
    private static string Ask(string type, Subscription subscription) =>
        $"{AskReport.Prefix.Replace("{code}", subscription.Entity, StringComparison.Ordinal)}/{(type == GradeChanged ? "grade" : "report")}?purpose={Uri.EscapeDataString(subscription.Purpose)}";

    private static void Named(CanonicalJson json, string before, string value)
    {
        json.Raw(Encoding.ASCII.GetBytes(before));
        json.Text(value);
    }
}
