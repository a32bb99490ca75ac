using System.Collections.Immutable;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Telling;

/// <summary>An address that is none to send to: of a private network, of this machine or its neighbours.</summary>
internal sealed class RefusedAddressException() : IOException("The receiver's name leads to no public address.");

/// <summary>
/// Where messages may go. A program chooses its address freely, so without this it could make the host knock at doors of the house (SSRF). The addresses
/// are looked at when the connection is made, after the name was resolved, so that a name that leads elsewhere by then is refused too; no redirect
/// is followed and no proxy is used.
/// </summary>
/// <param name="resolve">How names are resolved; null for the system's way. Asked once for each connection: what was looked at is what is connected to.</param>
internal sealed class Reachable(IOptions<WebhookOptions> options, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
{
    /// <summary>Characters of a name of the DNS (RFC 1035 2.3.4); .NET's addresses may have longer ones.</summary>
    private const int LongestHost = 253;

    /// <summary>The name of the HTTP client.</summary>
    public const string Client = "credit-webhooks";

    /// <summary>IANA's special-purpose registries, as far as they are not global; and what carries an IPv4 address within.</summary>
    private static readonly ImmutableArray<IPNetwork> Special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(text => IPNetwork.Parse(text)),
    ];

    /// <summary>The only global unicast there is (RFC 4291 2.4).</summary>
    private static readonly IPNetwork Global = IPNetwork.Parse("2000::/3");

    private readonly ImmutableArray<IPNetwork> allowed = [.. options.Value.Networks.Select(text => IPNetwork.Parse(text))];

    /// <summary>
    /// Registers the client: bounded in time and size, without redirects, cookies and proxy. Its lines and traces would name addresses, with the passwords in them, so it writes none.
    /// </summary>
    public static void AddClient(IServiceCollection services) => services.AddHttpClient(Client)
        .ConfigurePrimaryHttpMessageHandler(provider => new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            MaxResponseHeadersLength = 16,

            // An attempt that is given up leaves its connection behind to be finished for the next one; a receiver that never finishes it would keep it for ever.
            ConnectTimeout = TimeSpan.FromSeconds(provider.GetRequiredService<IOptions<WebhookOptions>>().Value.Seconds),

            // Nothing of a body is wanted: what is not over at once ends with its connection.
            MaxResponseDrainSize = 4096,
            ResponseDrainTimeout = TimeSpan.FromMilliseconds(500),
            ActivityHeadersPropagator = null,
            ConnectCallback = provider.GetRequiredService<Reachable>().ConnectAsync,

            // What a name leads to is looked at again.
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        })
        .RemoveAllLoggers();

    /// <summary>What is wrong with an address, in words for the program; null for one that may be tried.</summary>
    public string? Fault(string target) =>
        target.Length is 0 or > Subscription.LongestTarget || !Uri.TryCreate(target, UriKind.Absolute, out var uri) || !Uri.IsWellFormedUriString(target, UriKind.Absolute)
            ? $"target: an absolute https address of at most {Subscription.LongestTarget} characters"
            : uri.Scheme != Uri.UriSchemeHttps && !(uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback && May(IPAddress.Loopback)) ? "target: https"
            : uri.UserInfo.Length > 0 || uri.Fragment.Length > 0 ? "target: without user and fragment"
            : uri.IdnHost.Length > LongestHost ? $"target: a host name of at most {LongestHost} characters, has {uri.IdnHost.Length}"
            : IPAddress.TryParse(uri.IdnHost.Trim('[', ']'), out var address) && !May(address) ? "target: a public address"
            : null;

    /// <summary>Whether a connection may be made to it.</summary>
    public bool May(IPAddress address)
    {
        var real = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return allowed.Any(network => network.Contains(real))
            || ((real.AddressFamily == AddressFamily.InterNetwork || Global.Contains(real)) && !Special.Any(network => network.Contains(real)));
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var found = await (resolve ?? Dns.GetHostAddressesAsync)(context.DnsEndPoint.Host, cancellation);
        var open = found.Where(May).ToArray();
        if (open.Length == 0)
        {
            throw new RefusedAddressException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(open, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
