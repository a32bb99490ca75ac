using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Backbone.Testing;

/// <summary>Ports for what must know its address before it listens, or listen there again. Else port 0 is better: nobody can take it in between.</summary>
public static class LoopbackPort
{
    /// <summary>Below what Linux, macOS and Windows give out for port 0 and to clients: those of other tests never land here.</summary>
    private const int Lowest = 20_000;
    private const int Highest = 32_000;

    /// <summary>One that nobody listened at a moment ago.</summary>
    public static int Free() => FirstOf(1);

    /// <summary>The first of <paramref name="count"/> ports in a row at none of which anybody listened a moment ago, nor so far above each of them.</summary>
    public static int FirstOf(int count, int alsoAbove = 0)
    {
        while (true)
        {
            var first = RandomNumberGenerator.GetInt32(Lowest, Highest - count);
            if (Enumerable.Range(first, count).All(port => IsFree(port) && (alsoAbove == 0 || IsFree(port + alsoAbove))))
            {
                return first;
            }
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
