using System.Security.Claims;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Backbone.Audit.Events;
using Backbone.Platform.Web.Programs;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Receiving;

/// <summary>Who sends: what the token or the certificate proves, and what the operator says about that sender. Never what an event claims.</summary>
internal sealed class Senders(IOptions<ReceivingOptions> options)
{
    /// <summary>The sender behind an authorized request.</summary>
    /// <exception cref="InvalidOperationException">The caller is no program: the endpoint lacks its policy.</exception>
    public EventSender Of(ClaimsPrincipal caller) => Of(
        (CallingProgram.Of(caller) ?? throw new InvalidOperationException("Only programs send events, and the caller is none.")).ClientId);

    public EventSender Of(string id)
    {
        var known = options.Value.Senders.TryGetValue(id, out var sender) ? sender : null;
        return new EventSender(id, known?.Organization, known?.OrganizationName);
    }

    /// <summary>The sender whose certificate it is; null when it is nobody's, or not valid now.</summary>
    public EventSender? Of(X509Certificate2 certificate, DateTimeOffset now)
    {
        var print = Convert.ToHexString(SHA256.HashData(certificate.RawDataMemory.Span));
        var known = options.Value.Senders.FirstOrDefault(
            sender => sender.Value.CertificateSha256.Contains(print, StringComparer.OrdinalIgnoreCase)).Key;
        return known is null || now < certificate.NotBefore || now > certificate.NotAfter ? null : Of(known);
    }

    /// <summary>What its syslog messages have where they do not say it.</summary>
    public IEnumerable<KeyValuePair<string, string>> DefaultsOf(EventSender sender) =>
        options.Value.Senders.TryGetValue(sender.Id, out var known) ? known.Defaults : [];
}
