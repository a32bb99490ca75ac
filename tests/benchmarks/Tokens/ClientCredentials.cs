using Backbone.Testing;

namespace Backbone.Benchmarks.Tokens;

/// <summary>
/// Client-credentials tokens per second of processor time of the server process: ES256 access tokens, each with its durable audit event.
/// The load comes from this process, sixteen requests at a time, and is not counted.
/// </summary>
internal sealed class ClientCredentials : IFigure
{
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(15);

    public string Name => "identity.client-credentials";

    public string Unit => "tokens/CPU-s";

    public Goal Goal => new(AtLeast: true, 4000);

    public async Task<double> MeasureAsync(TextWriter progress)
    {
        await using var host = await HostProcess.StartAsync();
        using var load = TokenLoad.Of(host);
        await load.WarmUpAsync("this host", progress);
        var slice = await load.RunAsync(Measured);
        await progress.WriteLineAsync(FormattableString.Invariant(
            $"{slice.Tokens} tokens in {Measured.TotalSeconds} s ({slice.Tokens / Measured.TotalSeconds:F0}/s), {slice.ProcessorSeconds:F1} s of the server's processor time"));
        await host.StopAsync();
        return slice.PerProcessorSecond;
    }
}
