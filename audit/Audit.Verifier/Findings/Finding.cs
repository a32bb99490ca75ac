namespace Backbone.Audit.Verifier.Findings;

/// <summary>[From, End).</summary>
internal readonly record struct Extent(long From, long End)
{
    public override string ToString()
    {
        return End - From == 1 ? FormattableString.Invariant($"{From}") : FormattableString.Invariant($"{From}..{End - 1}");
    }
}

/// <summary>Something that is not as it must be: in which file, which leaves it touches, and which bytes where that is known.</summary>
internal sealed record Finding(string File, Extent? Leaves, Extent? Bytes, string Problem)
{
    public override string ToString()
    {
        var leaves = Leaves is { } l ? $", leaves {l}" : "";
        var bytes = Bytes is { } b ? $", bytes {b}" : "";
        return $"{File}{leaves}{bytes}: {Problem}";
    }
}
