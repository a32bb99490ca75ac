using System.Net;
using System.Net.Sockets;

namespace Backbone.Testing;

/// <summary>Ports for what must know its address before it listens, or listen there again. Else port 0 is better: nobody can take it in between.</summary>
public static class LoopbackPort
{
    /// <summary>One that nobody listened at a moment ago.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
