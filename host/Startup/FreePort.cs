using System.Net;
using System.Net.Sockets;

namespace Backbone.Host.Startup;

/// <summary>
/// Free ports for addresses that ask for port 0. The port is needed before listening (it is part of the issuer), so it is picked first;
/// somebody may take it in between, and then the host starts again with another.
/// </summary>
internal static class FreePort
{
    public static bool IsAskedFor(string urls) => Split(urls).Any(url => url.TrimEnd('/').EndsWith(":0", StringComparison.Ordinal));

    /// <summary><paramref name="urls"/> with every port 0 replaced.</summary>
    public static string Resolve(string urls) => string.Join(
        ';',
        Split(urls).Select(url => url.TrimEnd('/').EndsWith(":0", StringComparison.Ordinal)
            ? $"{url.TrimEnd('/')[..^1]}{Pick()}"
            : url));

    public static int Pick()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The first of the addresses that somebody listens on; null when all are free.</summary>
    public static string? FirstTaken(IEnumerable<string> urls) => urls.FirstOrDefault(IsTaken);

    public static bool IsTaken(string url)
    {
        var address = BindingAddress.Parse(url);
        return AddressesOf(address.Host).Any(ip => IsTaken(new IPEndPoint(ip, address.Port)));
    }

    private static bool IsTaken(IPEndPoint point)
    {
        using var socket = new Socket(point.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // Not listening: two hosts that look at the same moment must not take each other's look for a server.
            socket.Bind(point);
            return false;
        }
        catch (SocketException failure)
        {
            // No IPv6 here, or a port for which rights are missing: the server says it better.
            return failure.SocketErrorCode == SocketError.AddressAlreadyInUse;
        }
    }

    /// <summary>As Kestrel reads a host: localhost is both loopbacks, a name is every address.</summary>
    private static IEnumerable<IPAddress> AddressesOf(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        ? [IPAddress.Loopback, IPAddress.IPv6Loopback]
        : [IPAddress.TryParse(host.Trim('[', ']'), out var address) ? address : IPAddress.Any];

    private static string[] Split(string urls) => urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
