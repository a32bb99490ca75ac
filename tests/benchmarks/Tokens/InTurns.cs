namespace Backbone.Benchmarks.Tokens;

/// <summary>Two servers under the same load, slice by slice in turns: machines differ and drift, the ratio does not.</summary>
internal static class InTurns
{
    private const int Rounds = 6;
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(4);

    /// <summary>Tokens per processor second of the one, divided by those of the other.</summary>
    public static async Task<double> RatioAsync(string oneName, TokenLoad one, string otherName, TokenLoad other, TextWriter progress)
    {
        await one.WarmUpAsync(oneName, progress);
        await other.WarmUpAsync(otherName, progress);
        TokenSlice first = default, second = default;
        for (var round = 1; round <= Rounds; round++)
        {
            var mine = await one.RunAsync(Slice);
            var theirs = await other.RunAsync(Slice);
            first += mine;
            second += theirs;
            await progress.WriteLineAsync(FormattableString.Invariant(
                $"round {round}: {oneName} {mine.PerProcessorSecond:F0}, {otherName} {theirs.PerProcessorSecond:F0} tokens/CPU-s, ratio {mine.PerProcessorSecond / theirs.PerProcessorSecond:F2}"));
        }

        await progress.WriteLineAsync(FormattableString.Invariant(
            $"all rounds: {oneName} {first.PerProcessorSecond:F0}, {otherName} {second.PerProcessorSecond:F0} tokens/CPU-s"));
        return first.PerProcessorSecond / second.PerProcessorSecond;
    }
}
