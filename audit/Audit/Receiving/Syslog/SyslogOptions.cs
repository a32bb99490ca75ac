using System.Net;
using Backbone.Audit.Contracts.Fields;

namespace Backbone.Audit.Receiving.Syslog;

/// <summary>Syslog over TCP (section <c>Backbone:Audit:Receiving:Syslog</c>).</summary>
internal sealed class SyslogOptions
{
    /// <summary>
    /// Listening addresses, ';' separated: <c>tls://0.0.0.0:6514</c> (RFC 5425, with client certificates) or <c>tcp://127.0.0.1:1514</c>
    /// (RFC 6587, loopback only: it proves nobody). Port 0 picks a free one. Default: none.
    /// </summary>
    public string? Listen { get; set; }

    /// <summary>File of the server's certificate and its chain, PEM; needed for tls.</summary>
    public string? Certificate { get; set; }

    /// <summary>File of its private key, PEM; mode 0600.</summary>
    public string? CertificateKey { get; set; }

    /// <summary>Whom plain tcp connections speak for: a sender's id. Needed for tcp.</summary>
    public string? LoopbackSender { get; set; }

    /// <summary>Connections at once, of all senders. 1 to 4,096; default 64.</summary>
    public int MostConnections { get; set; } = 64;

    /// <summary>Connections at once of one sender. 1 to 4,096; default 16.</summary>
    public int MostConnectionsPerSender { get; set; } = 16;

    /// <summary>TLS handshakes at once, beside the connections that have proven themselves; of one address at most 16. 1 to 4,096; default 128.</summary>
    public int MostHandshakes { get; set; } = 128;

    /// <summary>Seconds within which a connection must have proven itself. 1 to 600; default 5.</summary>
    public int HandshakeSeconds { get; set; } = 5;

    /// <summary>Seconds within which a message that has begun must be there. 1 to 600; default 30.</summary>
    public int MessageSeconds { get; set; } = 30;

    /// <summary>The addresses, parsed; what cannot be parsed is left to the bounds.</summary>
    public IEnumerable<SyslogAddress> Addresses() =>
        (Listen ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(SyslogAddress.Parse).OfType<SyslogAddress>();
}

/// <summary>One address that is listened on.</summary>
/// <param name="Tls">With TLS and client certificates.</param>
/// <param name="EndPoint">Where.</param>
internal sealed record SyslogAddress(bool Tls, IPEndPoint EndPoint)
{
    /// <summary>Null when it is none.</summary>
    public static SyslogAddress? Parse(string text)
    {
        var tls = text.StartsWith("tls://", StringComparison.Ordinal);
        return (tls || text.StartsWith("tcp://", StringComparison.Ordinal))
            && IPEndPoint.TryParse(text["tls://".Length..], out var at) && text.EndsWith($":{at.Port}", StringComparison.Ordinal)
                ? new SyslogAddress(tls, at)
                : null;
    }
}

/// <summary>Rules of the syslog settings that the other ways in do not have.</summary>
internal static class SyslogOptionsBounds
{
    private const int MostCertificates = 8;
    private const int FingerprintDigits = 64;

    /// <summary>Every failure: name, bound, value.</summary>
    public static IEnumerable<string> Failures(ReceivingOptions options)
    {
        var syslog = options.Syslog;
        foreach (var (name, value, most) in ((string, int, int)[])
            [
                (nameof(syslog.MostConnections), syslog.MostConnections, 4_096), (nameof(syslog.MostConnectionsPerSender), syslog.MostConnectionsPerSender, 4_096),
                (nameof(syslog.MostHandshakes), syslog.MostHandshakes, 4_096), (nameof(syslog.HandshakeSeconds), syslog.HandshakeSeconds, 600),
                (nameof(syslog.MessageSeconds), syslog.MessageSeconds, 600),
            ])
        {
            if (value < 1 || value > most)
            {
                yield return $"Syslog:{name}: 1 to {most}, is {value}";
            }
        }

        foreach (var text in (syslog.Listen ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (SyslogAddress.Parse(text) is not { } address)
            {
                yield return $"Syslog:Listen: addresses like tls://0.0.0.0:6514 or tcp://127.0.0.1:1514, one is '{text}'";
            }
            else if (!address.Tls && !IPAddress.IsLoopback(address.EndPoint.Address))
            {
                yield return $"Syslog:Listen: tcp only on loopback, for it proves nobody and hides nothing; one is '{text}'. Use tls://";
            }
            else if (address.Tls && !(File.Exists(syslog.Certificate) && File.Exists(syslog.CertificateKey)))
            {
                yield return $"Syslog:Certificate and Syslog:CertificateKey: existing PEM files, needed for '{text}'";
            }
            else if (!address.Tls && string.IsNullOrEmpty(syslog.LoopbackSender))
            {
                yield return $"Syslog:LoopbackSender: the id of the sender that '{text}' speaks for, is empty";
            }
        }

        foreach (var failure in SenderFailures(options))
        {
            yield return failure;
        }
    }

    private static IEnumerable<string> SenderFailures(ReceivingOptions options)
    {
        foreach (var (id, sender) in options.Senders)
        {
            if (sender.CertificateSha256.Count > MostCertificates)
            {
                yield return $"Senders:{id}:CertificateSha256: at most {MostCertificates}, has {sender.CertificateSha256.Count}";
            }

            foreach (var print in sender.CertificateSha256.Where(print => print.Length != FingerprintDigits || !print.All(char.IsAsciiHexDigit)))
            {
                yield return $"Senders:{id}:CertificateSha256: {FingerprintDigits} hex digits, one is '{print}'";
            }

            foreach (var name in sender.Defaults.Keys.Where(name => EventFields.Find(name) is null))
            {
                yield return $"Senders:{id}:Defaults: fields of an event, one is '{name}'";
            }
        }

        foreach (var shared in options.Senders.SelectMany(sender => sender.Value.CertificateSha256)
            .GroupBy(print => print, StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1))
        {
            yield return $"Senders: a certificate of one sender, but {shared.Key} is given {shared.Count()} times";
        }
    }
}
