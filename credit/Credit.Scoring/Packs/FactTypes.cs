using System.Collections.Frozen;

namespace Backbone.Credit.Scoring.Packs;

/// <summary>How facts of a type bear on a score.</summary>
public enum FactEffect
{
    Negative,
    Positive,

    /// <summary>Each replaces the one before it: a yearly grade, a ratio of a balance sheet.</summary>
    Graded,

    /// <summary>Neither good nor bad: something to measure against, such as inspections.</summary>
    Neutral,
}

/// <summary>What the core knows of a type of facts.</summary>
/// <param name="Number">Its number in columns, 1 to 4,095, never given to another type.</param>
/// <param name="Code">Its name in packs: lower-case letters, digits, dots and hyphens.</param>
public sealed record FactType(ushort Number, string Code, FactEffect Effect)
{
    public const ushort LargestNumber = 4095;
}

/// <summary>The types of facts a pack may speak of.</summary>
public sealed class FactTypes
{
    private readonly FrozenDictionary<string, FactType> byCode;
    private readonly FrozenDictionary<ushort, FactType> byNumber;

    /// <exception cref="ArgumentException">A code or number stands twice, or a number is out of bounds.</exception>
    public FactTypes(IEnumerable<FactType> types)
    {
        var all = types.ToArray();
        foreach (var type in all)
        {
            if (type.Number is 0 or > FactType.LargestNumber)
            {
                throw new ArgumentException($"fact type {type.Code} has number {type.Number}, bounds 1 to {FactType.LargestNumber}", nameof(types));
            }
        }

        byCode = all.ToFrozenDictionary(type => type.Code, StringComparer.Ordinal);
        byNumber = all.ToFrozenDictionary(type => type.Number);
    }

    public IEnumerable<FactType> All => byNumber.Values.OrderBy(type => type.Number);

    public FactType? Find(string code) => byCode.GetValueOrDefault(code);

    public FactType? Find(ushort number) => byNumber.GetValueOrDefault(number);
}
