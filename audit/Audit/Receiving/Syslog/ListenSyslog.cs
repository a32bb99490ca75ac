using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Backbone.Audit.Contracts;
using Backbone.Audit.Events;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Receiving.Syslog;

/// <summary>
/// Listens for syslog. Over TLS the client's certificate says who sends (RFC 5425 4.2.2, by its fingerprint); plain TCP is for this machine
/// alone and speaks for one sender. Whoever is nobody's is shut out before a byte of theirs is read.
/// </summary>
internal sealed class ListenSyslog(
    IOptions<ReceivingOptions> options, Senders senders, EventIntake intake, IAuditTrail trail, TimeProvider clock, ILogger<AuditModule> logger)
    : BackgroundService
{
    /// <summary>A network's senders behind one address each take a moment; who stays there longer takes no more.</summary>
    private const int MostHandshakesPerAddress = 16;

    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AcceptAgain = TimeSpan.FromMilliseconds(250);

    private readonly List<(TcpListener Listener, bool Tls)> listeners = [];
    private readonly ConcurrentDictionary<Task, byte> serving = [];
    private readonly Lock telling = new();

    // By sender, and by network address. There from the start on, once the settings are known to be right.
    private Places? connections;
    private Places? handshakes;
    private SslStreamCertificateContext? certificate;

    // Strangers that were shut out and not yet told of; guarded by telling.
    private long shutOut;
    private DateTimeOffset toldAt;

    private SyslogOptions Settings => options.Value.Syslog;

    /// <summary>Where it listens, with the ports that were picked.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => [.. listeners.Select(one => (IPEndPoint)one.Listener.LocalEndpoint)];

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        connections = new Places(Settings.MostConnections, Settings.MostConnectionsPerSender);
        handshakes = new Places(Settings.MostHandshakes, MostHandshakesPerAddress);
        foreach (var address in Settings.Addresses())
        {
            certificate ??= address.Tls ? ReadCertificate() : null;
            var listener = new TcpListener(address.EndPoint);
            listener.Start();
            listeners.Add((listener, address.Tls));
            SyslogLines.Listening(logger, $"{(address.Tls ? "tls" : "tcp")}://{listener.LocalEndpoint}");
        }

        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(listeners.Select(one => AcceptAsync(one.Listener, one.Tls, stoppingToken)));
        await Task.WhenAll(serving.Keys);
    }

    public override void Dispose()
    {
        foreach (var (listener, _) in listeners)
        {
            listener.Dispose();
        }

        base.Dispose();
    }

    private SslStreamCertificateContext ReadCertificate()
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(Settings.Certificate!);
        return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(Settings.Certificate!, Settings.CertificateKey), chain, offline: true);
    }

    private async Task AcceptAsync(TcpListener listener, bool tls, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            TcpClient client;
            try
            {
                client = await listener.AcceptTcpClientAsync(stopping);
            }
            catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException gone) when (gone.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset)
            {
                // This one went away while it was being accepted.
                continue;
            }
            catch (SocketException failure)
            {
                // The process has no descriptor left, or the machine no memory: at once it would be the same.
                ShutOut(failure.SocketErrorCode.ToString());
                await Task.Delay(AcceptAgain, clock, CancellationToken.None);
                continue;
            }

            var connection = ServeAsync(client, tls, stopping);
            serving.TryAdd(connection, 0);
            _ = connection.ContinueWith(
                done => serving.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task ServeAsync(TcpClient client, bool tls, CancellationToken stopping)
    {
        using var _ = client;
        var sender = (EventSender?)null;
        try
        {
            await using Stream? stream = tls ? await ProveAsync(client, stopping) : client.GetStream();
            var found = stream switch
            {
                null => null,
                SslStream proven => senders.Of((X509Certificate2)proven.RemoteCertificate!, clock.GetUtcNow()),
                _ => senders.Of(Settings.LoopbackSender!),
            };
            using var place = found is null ? null : connections!.TryTake(found.Id);
            if (stream is null || place is null)
            {
                ShutOut(stream is null ? "too many are proving themselves"
                    : found is null ? "its certificate is nobody's"
                    : $"{Settings.MostConnections} in all or {Settings.MostConnectionsPerSender} of {found.Id} are open");
                return;
            }

            sender = found!;
            var within = TimeSpan.FromSeconds(Settings.MessageSeconds);
            await new SyslogConnection(stream, sender, senders.DefaultsOf(sender), intake, trail, within, clock, logger).ReceiveAsync(stopping);
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException or SocketException or OperationCanceledException)
        {
            if (!stopping.IsCancellationRequested && sender is null)
            {
                ShutOut(failure.GetType().Name);
            }
        }
        catch (Exception away) when (LogAway.Is(away))
        {
            SyslogLines.LogAway(logger, sender?.Id ?? "");
        }
    }

    /// <summary>
    /// The handshake, within its time, with a certificate that is a sender's. Strangers take no sender's place, and one address not every
    /// stranger's. Null when there is no room.
    /// </summary>
    private async Task<SslStream?> ProveAsync(TcpClient client, CancellationToken stopping)
    {
        using var place = handshakes!.TryTake(((IPEndPoint)client.Client.RemoteEndPoint!).Address.ToString());
        if (place is null)
        {
            return null;
        }

        var tls = new SslStream(client.GetStream());
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(Settings.HandshakeSeconds), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopping);
        try
        {
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = certificate,
                    ClientCertificateRequired = true,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    CertificateRevocationCheckMode = X509RevocationMode.NoCheck,

                    // The fingerprint decides, not who issued it: the operator has named this very certificate.
                    RemoteCertificateValidationCallback = (_, presented, _, _) =>
                        presented is X509Certificate2 own && senders.Of(own, clock.GetUtcNow()) is not null,
                },
                either.Token);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    /// <summary>Anybody on the network can be shut out, as often as they like; the operator reads of it at most every ten seconds.</summary>
    private void ShutOut(string reason)
    {
        long count;
        lock (telling)
        {
            shutOut++;
            if (clock.GetUtcNow() - toldAt < TellEvery)
            {
                return;
            }

            (count, shutOut, toldAt) = (shutOut, 0, clock.GetUtcNow());
        }

        SyslogLines.Rejected(logger, count, reason);
    }
}
