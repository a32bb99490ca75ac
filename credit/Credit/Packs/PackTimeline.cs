using System.Collections.Immutable;

namespace Backbone.Credit.Packs;

/// <summary>A pack and the first day on which it is in force.</summary>
/// <param name="Id">Of the kept pack.</param>
internal sealed record DatedPack(Guid Id, DateOnly From, PackInForce Pack);

/// <summary>A pack that was approved and cannot be believed any more.</summary>
internal sealed record BrokenPack(string Pack, int Version, string Fault)
{
    public override string ToString() => FormattableString.Invariant($"{Pack} {Version}: {Fault}");
}

/// <summary>Which pack is in force on which day. Immutable.</summary>
/// <param name="File">The pack of the setting: in force before the first of the others.</param>
/// <param name="Kept">Those whose bytes and signature fit, by their days; of one day, the one that was signed last is last.</param>
/// <param name="Broken">Those that do not fit: they are as if they were not there, and it is told.</param>
internal sealed record PackTimeline(PackInForce File, ImmutableArray<DatedPack> Kept, ImmutableArray<BrokenPack> Broken)
{
    /// <summary>Null where it is the pack of the setting.</summary>
    public DatedPack? KeptOn(DateOnly day) =>
        Kept.LastOrDefault(one => one.From <= day && !(one.Pack.Pack.To <= day)) ?? Kept.LastOrDefault(one => one.From <= day);

    public BrokenPack? BrokenOf(string pack, int version) => Broken.FirstOrDefault(one => one.Pack == pack && one.Version == version);

    public PackInForce On(DateOnly day) => KeptOn(day)?.Pack ?? File;
}
