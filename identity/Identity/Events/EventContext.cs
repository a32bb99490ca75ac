using System.Diagnostics;
using System.Net;
using Backbone.Audit.Contracts;
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
        CommitmentOf(http.RequestServices.GetRequiredService<ICommitments>(), http.Connection.RemoteIpAddress),
        Activity.Current?.TraceId.ToHexString());

    internal static string? CommitmentOf(ICommitments commitments, IPAddress? address) => address is null
        ? null
        : commitments.Commit(CommitmentKind.Address, (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString());
}
