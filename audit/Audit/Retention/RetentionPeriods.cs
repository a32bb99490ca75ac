using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Backbone.Audit.Contracts.Events;

namespace Backbone.Audit.Retention;

/// <summary>When an event may go. What the catalogue does not know, other systems' events among them, stays as long as whatever stays longest.</summary>
internal sealed class RetentionPeriods
{
    private readonly FrozenDictionary<(string Module, string Action), TimeSpan> periods;
    private readonly TimeSpan longest;

    public RetentionPeriods(RetentionOptions options, IEnumerable<EventKind> kinds)
    {
        periods = kinds.ToFrozenDictionary(kind => (kind.Module, kind.Action), kind => TimeSpan.FromDays(options[kind.Retention].Days));
        longest = Enum.GetValues<RetentionClass>().Select(of => TimeSpan.FromDays(options[of].Days)).Max();
        Reasons = [.. Enum.GetValues<RetentionClass>().Select(of => Reason(of, options[of]))];
    }

    /// <summary>The rules, a line each, as a statement says them.</summary>
    public IReadOnlyList<string> Reasons { get; }

    /// <summary>One rule: "general 184 days: Cybersecurity Law art. 23(3)".</summary>
    public static string Reason(RetentionClass of, RetentionRule rule) =>
        string.Create(CultureInfo.InvariantCulture, $"{JsonNamingPolicy.KebabCaseLower.ConvertName(of.ToString())} {rule.Days} days: {rule.Basis}");

    /// <summary>How long an event is kept, and its own word for when it happened; null where it has none.</summary>
    public (TimeSpan Period, DateTimeOffset? At) Of(ReadOnlySpan<byte> leaf)
    {
        try
        {
            var reader = new Utf8JsonReader(leaf);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            DateTimeOffset? at = root.TryGetProperty("@timestamp", out var time) && time.TryGetDateTimeOffset(out var read) ? read : null;
            return root.TryGetProperty("event", out var e) && Text(e, "module") is { } module && Text(e, "action") is { } action
                && periods.TryGetValue((module, action), out var period) ? (period, at) : (longest, at);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return (longest, null);
        }
    }

    private static string? Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
