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

    private static string[] Split(string urls) => urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
