using Backbone.Testing;

namespace Backbone.Benchmarks.Tokens;

/// <summary>
/// This host, with a durable audit event for each token, against a stock server without. The goal is that of
/// <c>identity.client-credentials</c>: 4,000 where stock gives 5,200.
/// </summary>
internal sealed class TokenAgainstStock : IFigure
{
    public string Name => "identity.token-against-stock";

    public string Unit => "ours/stock, tokens/CPU-s";

    public Goal Goal => new(AtLeast: true, Math.Round(4000 / 5200.0, 2));

    public async Task<double> MeasureAsync(TextWriter progress)
    {
        await using var host = await HostProcess.StartAsync();
        await using var stock = await StockProcess.StartAsync();
        using var ours = TokenLoad.Of(host);
        using var theirs = new TokenLoad(stock.Address, StockServer.Client, StockServer.Secret, StockServer.Scope, () => stock.ProcessorTime);
        var ratio = await InTurns.RatioAsync("this host", ours, "stock", theirs, progress);
        await host.StopAsync();
        return ratio;
    }
}
