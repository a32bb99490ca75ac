namespace Backbone.Credit.Fitting;

/// <summary>
/// Numbers that look like chance and are the same on every machine and in every version: SplitMix64 (Steele, Lea, Flood 2014). For dealing rows
/// to folds and drawing them again; never for secrets.
/// </summary>
internal sealed class SeededSequence(ulong seed)
{
    private ulong state = seed;

    /// <summary>A number from 0 to below the bound, which is at most 2^31.</summary>
    public int Below(int bound)
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        mixed ^= mixed >> 31;

        // The high half of a product: no division, and a bias below 2^-32.
        return (int)(((mixed >> 32) * (ulong)bound) >> 32);
    }

    /// <summary>Fisher and Yates.</summary>
    public void Shuffle(int[] values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var other = Below(i + 1);
            (values[i], values[other]) = (values[other], values[i]);
        }
    }
}
