using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Backbone.Platform.Web.Keys;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.Events;

/// <summary>What every event of one request shares.</summary>
/// <param name="Clock">Time of the event and of its id.</param>
/// <param name="SourceCommitment">Keyed commitment of the network address; null for the host's own acts.</param>
/// <param name="TraceId">W3C trace of the request.</param>
internal sealed record EventContext(TimeProvider Clock, string? SourceCommitment = null, string? TraceId = null)
{
    public static EventContext Of(HttpContext http) => new(
        http.RequestServices.GetRequiredService<TimeProvider>(),
        http.RequestServices.GetRequiredService<AddressCommitment>().Of(http.Connection.RemoteIpAddress?.ToString()),
        Activity.Current?.TraceId.ToHexString());
}

/// <summary>
/// Addresses enter the audit log only as an HMAC under a key of this installation: two acts from one address can be seen to belong
/// together, but nobody without the master key learns the address, not even by trying all of them.
/// </summary>
internal sealed class AddressCommitment(MasterKey master)
{
    private readonly byte[] _key = master.Derive("audit/source-address");

    public string? Of(string? address) => string.IsNullOrEmpty(address)
        ? null
        : Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(address)).AsSpan(0, 16));
}
