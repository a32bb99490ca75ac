using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Backbone.Credit.Tests.Telling;

/// <summary>A server that does not play by the rules: it does with each connection what the test says.</summary>
internal sealed class HostileReceiver : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task accepting;

    /// <param name="act">What it does; the connection is closed when it returns.</param>
    /// <param name="address">All of loopback by default.</param>
    public HostileReceiver(Func<NetworkStream, CancellationToken, Task> act, IPAddress? address = null)
    {
        listener = new TcpListener(address ?? IPAddress.Any, 0);
        listener.Start();
        accepting = AcceptAsync(act);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>The address at which each connection came in.</summary>
    public ConcurrentQueue<IPAddress> Connections { get; } = new();

    /// <summary>Reads a request's headers; its body is short and comes with them.</summary>
    public static async Task ReadAsync(NetworkStream stream, CancellationToken cancellation)
    {
        var buffer = new byte[16_384];
        _ = await stream.ReadAsync(buffer, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting;
        stopping.Dispose();
    }

    private async Task AcceptAsync(Func<NetworkStream, CancellationToken, Task> act)
    {
        List<Task> open = [];
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stopping.Token);
                Connections.Enqueue(((IPEndPoint)client.Client.LocalEndPoint!).Address);
                open.Add(ActAsync(client, act));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task ActAsync(TcpClient client, Func<NetworkStream, CancellationToken, Task> act)
    {
        using (client)
        {
            try
            {
                await act(client.GetStream(), stopping.Token);
            }
            catch (Exception end) when (end is IOException or OperationCanceledException or SocketException)
            {
                // The other side had enough, or the test is over.
            }
        }
    }
}
