using Backbone.Credit.Facts;
using Backbone.Platform.Entities;

namespace Backbone.Credit.Profiles;

/// <summary>A profile as it was sent and found sound.</summary>
internal sealed record ProfileDraft(EntityCode Entity, string Section, EntitySize Size, DateOnly? Established, DateOnly AsOf);

/// <summary>A draft, or why there is none.</summary>
internal readonly record struct ProfileOutcome(ProfileDraft? Draft, IReadOnlyList<FactViolation> Violations);

/// <summary>Reads one profile that a program sent; all faults at once.</summary>
internal static class ReadProfile
{
    private static readonly string[] Fields = ["entity", "section", "size", "established", "asOf"];

    /// <summary>No living organisation is older.</summary>
    private static readonly DateOnly Earliest = new(1600, 1, 1);

    private static readonly Dictionary<string, EntitySize> Sizes = new(StringComparer.Ordinal)
    {
        ["large"] = EntitySize.Large,
        ["medium"] = EntitySize.Medium,
        ["small"] = EntitySize.Small,
        ["micro"] = EntitySize.Micro,
    };

    /// <param name="json">One JSON object.</param>
    /// <param name="today">No date is later.</param>
    public static ProfileOutcome Read(ReadOnlyMemory<byte> json, DateOnly today)
    {
        var document = FactDocument.Read(json, Fields);
        if (document.Violations.Exists(violation => violation.Field.Length == 0))
        {
            return new(null, document.Violations);
        }

        var entity = document.Entity();
        var section = document.OptionalText("section", 1);
        if (section.Length > 0 && !ProfileGroups.IsSection(section))
        {
            document.Fail("section", new("GB/T 4754 的门类字母，A 至 T", "the letter of a section of GB/T 4754, A to T"), section);
        }

        var size = document.OptionalText("size", 10);
        if (size.Length > 0 && !Sizes.ContainsKey(size))
        {
            document.Fail("size", new(string.Join("、", Sizes.Keys), string.Join(", ", Sizes.Keys)), size);
        }

        if (!document.Has("asOf"))
        {
            document.Fail("asOf", new("必填：登记信息所属日期", "required: the day of which the registry says so"), "");
        }

        var asOf = document.Date("asOf", Earliest, today);
        var established = document.Date("established", Earliest, today);
        return document.Violations.Count > 0
            ? new(null, document.Violations)
            : new(new ProfileDraft(entity, section, Sizes.GetValueOrDefault(size), established, asOf!.Value), []);
    }
}
