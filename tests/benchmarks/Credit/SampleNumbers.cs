namespace Backbone.Benchmarks.Credit;

/// <summary>The same numbers for the same beginning, on every machine: SplitMix64. Only for made-up data.</summary>
internal sealed class SampleNumbers(ulong state)
{
    public int Next(int below) => (int)Next(0, (long)below);

    public int Next(int from, int below) => (int)Next((long)from, below);

    public long Next(long from, long below)
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return from + (long)Math.BigMul(mixed ^ (mixed >> 31), (ulong)(below - from), out _);
    }
}
