using System.Diagnostics;
using System.Text.Json.Nodes;
using Backbone.Testing;

namespace Backbone.Integration.Tests.Foreign;

/// <summary>The relying party of <c>tests/interop/openid-client</c> as a process of its own.</summary>
internal sealed class NodeRelyingParty : IAsyncDisposable
{
    private readonly Process process;

    private NodeRelyingParty(Process process, int port)
    {
        this.process = process;
        Address = new Uri($"http://localhost:{port}");
    }

    public Uri Address { get; }

    public static async Task<NodeRelyingParty> StartAsync(int port, params string[] arguments)
    {
        var folder = Path.Combine(Repository.Root, "tests", "interop", "openid-client");
        var node = RealServers.Node();
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
        {
            RealServers.Missing("openid-client (npm ci in tests/interop/openid-client)");
        }

        var start = new ProcessStartInfo(node) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        string[] all = ["relying-party.mjs", "--port", $"{port}", .. arguments];
        foreach (var argument in all)
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var line = await process.StandardOutput.ReadLineAsync(deadline.Token);
        Assert.True(line == "listening", $"The relying party did not start: {line} {(line is null ? await errors : "")}");
        return new NodeRelyingParty(process, port);
    }

    /// <summary>Opens a route of the relying party in this browser and reads its JSON answer.</summary>
    public async Task<JsonNode> AskAsync(ScriptlessBrowser browser, string route)
    {
        await browser.GoAsync(new Uri(Address, route).AbsoluteUri);
        return Answer(browser);
    }

    public static JsonNode Answer(ScriptlessBrowser browser)
    {
        Assert.True(browser.Body.StartsWith('{'), $"{browser.Address} answered {(int)browser.Status}: {browser.Heading} {browser.Body[..Math.Min(400, browser.Body.Length)]}");
        return JsonNode.Parse(browser.Body)!;
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
