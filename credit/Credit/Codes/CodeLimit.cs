using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Codes;

/// <summary>How many codes an address may have checked: the answer is open to all, and no register to be walked through.</summary>
internal sealed class CodeLimit(IOptions<CreditOptions> options) : IDisposable
{
    private readonly PartitionedRateLimiter<string> limiter = PartitionedRateLimiter.Create<string, string>(network =>
        RateLimitPartition.GetFixedWindowLimiter(network, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = options.Value.CodesPerAddressPerMinute,
            Window = TimeSpan.FromMinutes(1),
        }));

    public bool Admits(IPAddress? address)
    {
        using var lease = limiter.AttemptAcquire(NetworkOf(address));
        return lease.IsAcquired;
    }

    public void Dispose() => limiter.Dispose();

    /// <summary>Of IPv6 the first 64 bits: whoever has one address there has all of them.</summary>
    private static string NetworkOf(IPAddress? address)
    {
        if (address is null || address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address?.ToString() ?? "";
        }

        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4().ToString() : Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8));
    }
}
