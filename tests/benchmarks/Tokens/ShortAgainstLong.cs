using Backbone.Testing;

namespace Backbone.Benchmarks.Tokens;

/// <summary>What the short way of machines is worth: two hosts that differ in that setting only. Not worth its code below one and a half.</summary>
internal sealed class ShortAgainstLong : IFigure
{
    public string Name => "identity.token-short-against-long";

    public string Unit => "short/long, tokens/CPU-s";

    public Goal Goal => new(AtLeast: true, 1.5);

    public async Task<double> MeasureAsync(TextWriter progress)
    {
        await using var shorter = await HostProcess.StartAsync();
        await using var longer = await HostProcess.StartAsync(null, "--set", "Backbone:Identity:Protocol:ShortWay=false");
        using var shorterLoad = TokenLoad.Of(shorter);
        using var longerLoad = TokenLoad.Of(longer);
        var ratio = await InTurns.RatioAsync("short way", shorterLoad, "long way", longerLoad, progress);
        await shorter.StopAsync();
        await longer.StopAsync();
        return ratio;
    }
}
