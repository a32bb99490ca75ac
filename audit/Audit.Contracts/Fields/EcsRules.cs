using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Backbone.Audit.Contracts.Fields;

/// <summary>
/// The values ECS 9.4 allows for the four fields that say what sort of event this is, and which types it expects with which category.
/// A test holds this against the published field list. Note that <c>authentication</c> knows neither "allowed" nor "denied": a failed
/// sign-in is a "start" with the outcome "failure".
/// </summary>
public static class EcsRules
{
    public static FrozenSet<string> Kinds { get; } =
        Set("alert", "asset", "enrichment", "event", "metric", "pipeline_error", "signal", "state");

    public static FrozenSet<string> Outcomes { get; } = Set("failure", "success", "unknown");

    public static FrozenSet<string> Types { get; } = Set(
        "access", "admin", "allowed", "change", "connection", "creation", "deletion", "denied", "device", "end", "error", "group",
        "indicator", "info", "installation", "protocol", "start", "user");

    /// <summary>Category to expected types; the keys are the allowed categories.</summary>
    public static FrozenDictionary<string, FrozenSet<string>> ExpectedTypes { get; } = new Dictionary<string, FrozenSet<string>>
    {
        ["api"] = Set("access", "admin", "allowed", "change", "creation", "deletion", "denied", "end", "info", "start", "user"),
        ["authentication"] = Set("end", "info", "start"),
        ["configuration"] = Set("access", "change", "creation", "deletion", "info"),
        ["database"] = Set("access", "change", "error", "info"),
        ["driver"] = Set("change", "end", "info", "start"),
        ["email"] = Set("info"),
        ["file"] = Set("access", "change", "creation", "deletion", "info"),
        ["host"] = Set("access", "change", "end", "info", "start"),
        ["iam"] = Set("admin", "change", "creation", "deletion", "group", "info", "user"),
        ["intrusion_detection"] = Set("allowed", "denied", "info"),
        ["library"] = Set("start"),
        ["malware"] = Set("info"),
        ["network"] = Set("access", "allowed", "connection", "denied", "end", "info", "protocol", "start"),
        ["package"] = Set("access", "change", "deletion", "info", "installation", "start"),
        ["process"] = Set("access", "change", "end", "info", "start"),
        ["registry"] = Set("access", "change", "creation", "deletion"),
        ["session"] = Set("end", "info", "start"),
        ["threat"] = Set("indicator"),
        ["vulnerability"] = Set("info"),
        ["web"] = Set("access", "error", "info"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The first thing that is wrong with the two lists together, or null: every type must be expected by one of the categories,
    /// and every category must expect one of the types.</summary>
    /// <remarks>On the path of every event: it allocates nothing unless something is wrong.</remarks>
    public static FieldViolation? Check(ImmutableArray<string> categories, ImmutableArray<string> types)
    {
        if (categories.IsDefaultOrEmpty || types.IsDefaultOrEmpty)
        {
            return new FieldViolation(categories.IsDefaultOrEmpty ? "event.category" : "event.type", "at least one value is needed", "");
        }

        foreach (var category in categories)
        {
            if (!ExpectedTypes.TryGetValue(category, out var expected))
            {
                return new FieldViolation("event.category", "a category of ECS 9.4", category);
            }

            if (!HoldsAny(expected, types))
            {
                return new FieldViolation("event.type", $"with category {category} one of: {string.Join(", ", expected.Order())}", string.Join(", ", types));
            }
        }

        foreach (var type in types)
        {
            if (!Types.Contains(type))
            {
                return new FieldViolation("event.type", "a type of ECS 9.4", type);
            }

            if (!IsExpected(type, categories))
            {
                return new FieldViolation("event.type", $"expected with category {string.Join(" or ", categories)}", type);
            }
        }

        return null;
    }

    private static bool HoldsAny(FrozenSet<string> expected, ImmutableArray<string> types)
    {
        foreach (var type in types)
        {
            if (expected.Contains(type))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsExpected(string type, ImmutableArray<string> categories)
    {
        foreach (var category in categories)
        {
            if (ExpectedTypes[category].Contains(type))
            {
                return true;
            }
        }

        return false;
    }

    private static FrozenSet<string> Set(params string[] values) => values.ToFrozenSet(StringComparer.Ordinal);
}

/// <summary>What is wrong with a field.</summary>
/// <param name="Field">Its flat name.</param>
/// <param name="Rule">What it must be.</param>
/// <param name="Value">What it is.</param>
public sealed record FieldViolation(string Field, string Rule, string Value)
{
    public override string ToString() => $"{Field}: {Rule}; is \"{Value}\"";
}
