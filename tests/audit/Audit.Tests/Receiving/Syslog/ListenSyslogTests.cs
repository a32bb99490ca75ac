using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Backbone.Audit.Receiving;
using Backbone.Audit.Receiving.Syslog;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Audit.Tests.Receiving.Syslog;

/// <summary>Syslog over real sockets: who may send, what arrives, and what becomes of those who mean ill.</summary>
public sealed class ListenSyslogTests(ListenSyslogTests.Host host) : IClassFixture<ListenSyslogTests.Host>
{
    private const string Fields = """[ecs@32473 event.action="door-open" event.category="iam" event.type="info" event.outcome="success"]""";

    [Fact(DisplayName = "RFC 5425: over TLS the client's certificate says who sends")]
    public async Task Over_tls_the_certificate_says_who_sends()
    {
        var start = host.Log.Records.EndIndex;
        await using (var tls = await host.TlsAsync(host.Known))
        {
            await tls.WriteAsync(Counted(Message("one")));
            await tls.WriteAsync(Counted(Message("two")));
            var leaves = await host.UntilAsync(start, 2);
            Assert.All(leaves, leaf => Assert.Equal(("gate-3", "external"), ((string)leaf["event"]!["provider"]!, (string)leaf["event"]!["module"]!)));
            Assert.Equal(["one", "two"], leaves.Select(leaf => (string)leaf["message"]!));
            Assert.Equal("door", (string)leaves[0]["log"]!["syslog"]!["appname"]!);
        }
    }

    [Fact]
    public async Task Who_has_no_certificate_or_nobodys_or_one_that_is_over_is_shut_out()
    {
        var start = host.Log.Records.EndIndex;
        foreach (var certificate in (X509Certificate2?[])[null, host.Stranger, host.Over])
        {
            await Assert.ThrowsAnyAsync<Exception>(async () =>
            {
                await using var tls = await host.TlsAsync(certificate);
                await tls.WriteAsync(Counted(Message("mine")));

                // TLS 1.3: the client learns of the refusal when it reads.
                Assert.NotEqual(0, await tls.ReadAsync(new byte[1], new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token));
            });
        }

        Assert.Empty(host.ExternalSince(start));
    }

    [Fact(DisplayName = "RFC 6587: counted and line-ended messages may follow each other")]
    public async Task Both_framings_are_read_on_one_connection()
    {
        var start = host.Log.Records.EndIndex;
        using var plain = await host.PlainAsync();
        byte[] stream = [.. Counted(Message("counted")), .. Encoding.UTF8.GetBytes(Message("line") + "\r\n"), .. Counted(Message("again")), (byte)'\n'];
        foreach (var piece in stream.Chunk(7))
        {
            await plain.GetStream().WriteAsync(piece);
        }

        var leaves = await host.UntilAsync(start, 3);
        Assert.Equal(["counted", "line", "again"], leaves.Select(leaf => (string)leaf["message"]!));
        Assert.All(leaves, leaf => Assert.Equal("local-daemon", (string)leaf["event"]!["provider"]!));
    }

    [Fact]
    public async Task Strangers_that_prove_nothing_keep_no_sender_out_and_are_closed_soon()
    {
        var start = host.Log.Records.EndIndex;
        List<TcpClient> strangers = [];
        for (var i = 0; i < 70; i++)
        {
            strangers.Add(await host.SilentAsync());
        }

        await using (var tls = await host.TlsAsync(host.Known, "127.0.0.2"))
        {
            await tls.WriteAsync(Counted(Message("all the same")));
            await host.UntilAsync(start, 1);
        }

        Assert.All(await Task.WhenAll(strangers.Select(IsClosedAsync)), Assert.True);
        strangers.ForEach(stranger => stranger.Dispose());
    }

    [Fact]
    public async Task What_is_refused_is_counted_in_an_event_since_nobody_can_be_answered()
    {
        var start = host.Log.Records.EndIndex;
        using (var plain = await host.PlainAsync())
        {
            await plain.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"<13>Oct 11 22:14:15 old su: x\n{Message("good")}\n<13>1 - - - - - - no fields\n"));
            await host.UntilAsync(start, 1);
        }

        var refusals = await host.UntilAsync(start, leaf => (string)leaf["event"]!["action"]! == "event-refuse", 1);
        Assert.All(refusals, leaf => Assert.Equal("local-daemon", (string)leaf["auth"]!["client"]!["id"]!));
        Assert.Equal(2, refusals.Sum(leaf => (long)leaf["resource"]!["count"]!));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("99999999 <34>1")]
    [InlineData("70000 <34>1")]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    public async Task A_stream_that_is_no_syslog_is_closed(string text)
    {
        using var plain = await host.PlainAsync();
        await plain.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text));
        Assert.True(await IsClosedAsync(plain));
    }

    [Fact]
    public async Task An_endless_line_and_a_message_that_dribbles_are_closed_in_time_and_nothing_of_them_is_written()
    {
        var start = host.Log.Records.EndIndex;
        using var endless = await host.PlainAsync();
        using var slow = await host.PlainAsync();
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            await endless.GetStream().WriteAsync("<34>1 - - - - - - "u8.ToArray());
            for (var i = 0; i < 4_000; i++)
            {
                await endless.GetStream().WriteAsync(new byte[64 << 10].AsMemory());
                await Task.Delay(5);
            }
        });
        var closed = IsClosedAsync(slow);
        for (var i = 0; !closed.IsCompleted && i < 150; i++)
        {
            try
            {
                await slow.GetStream().WriteAsync("<34>1 - - - - - - "u8.ToArray().AsMemory(0, i == 0 ? 18 : 1));
            }
            catch (IOException)
            {
                // The close has been noticed while writing.
            }

            await Task.Delay(200);
        }

        Assert.True(closed.IsCompleted && await closed);
        Assert.Empty(host.ExternalSince(start));
    }

    [Fact]
    public async Task A_sender_we_did_not_write_is_understood()
    {
        var logger = RealServers.Logger();
        var start = host.Log.Records.EndIndex;
        var arguments = new ProcessStartInfo(logger)
        {
            ArgumentList =
            {
                "--server", "127.0.0.1", "--port", $"{host.PlainPort}", "--tcp", "--octet-count", "--rfc5424", "--tag", "door", "--msgid", "M1",
                "--sd-id", "ecs@32473", "--sd-param", "event.action=\"door-open\"", "--sd-param", "event.category=\"iam\"",
                "--sd-param", "event.type=\"info\"", "--sd-param", "event.outcome=\"success\"", "来自 logger",
            },
        };
        using var process = Process.Start(arguments)!;
        await process.WaitForExitAsync();
        var leaf = Assert.Single(await host.UntilAsync(start, 1));
        Assert.Equal(("来自 logger", "door", "M1"), ((string)leaf["message"]!, (string)leaf["log"]!["syslog"]!["appname"]!, (string)leaf["log"]!["syslog"]!["msgid"]!));
    }

    [Fact]
    public void Wrong_settings_are_all_named()
    {
        var failures = SyslogOptionsBounds.Failures(new ReceivingOptions
        {
            Syslog = { Listen = "tcp://0.0.0.0:1514;tls://127.0.0.1:6514;udp://127.0.0.1:514;tcp://127.0.0.1:1514", MostConnections = 0 },
            Senders = { ["a"] = new() { CertificateSha256 = { "00" }, Defaults = { ["shoe.size"] = "43" } } },
        }).ToList();
        Assert.Equal(7, failures.Count);
    }

    private static string Message(string text) =>
        $"<86>1 {TimeProvider.System.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'} gate-3.example door 77 M1 {Fields} {text}";

    private static byte[] Counted(string message)
    {
        var bytes = Encoding.UTF8.GetBytes(message);
        return [.. Encoding.ASCII.GetBytes($"{bytes.Length} "), .. bytes];
    }

    private static async Task<bool> IsClosedAsync(TcpClient client)
    {
        try
        {
            return await client.GetStream().ReadAsync(new byte[1], new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>A host that listens for syslog, with one sender whose certificate it knows.</summary>
    public sealed class Host : SendersHost
    {
        private readonly string folder = Directory.CreateTempSubdirectory("syslog-").FullName;

        public X509Certificate2 Known { get; } = Certificate("gate-3", 30);

        public X509Certificate2 Stranger { get; } = Certificate("gate-3", 30);

        public X509Certificate2 Over { get; } = Certificate("gate-4", -1);

        private X509Certificate2 Server { get; } = Certificate("localhost", 30);

        public int PlainPort => EndPoints[0].Port;

        private IReadOnlyList<IPEndPoint> EndPoints => Services.GetRequiredService<ListenSyslog>().EndPoints;

        public async Task<TcpClient> PlainAsync()
        {
            var client = new TcpClient();
            await client.ConnectAsync(EndPoints[0]);
            return client;
        }

        /// <summary>At the address for TLS, and says nothing.</summary>
        public async Task<TcpClient> SilentAsync()
        {
            var client = new TcpClient();
            await client.ConnectAsync(EndPoints[1]);
            return client;
        }

        public async Task<SslStream> TlsAsync(X509Certificate2? certificate, string from = "127.0.0.1")
        {
            var client = new TcpClient(new IPEndPoint(IPAddress.Parse(from), 0));
            await client.ConnectAsync(EndPoints[1]);
            var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                ClientCertificates = certificate is null ? [] : [certificate],
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                RemoteCertificateValidationCallback = (_, presented, _, _) =>
                    presented is not null && presented.GetCertHashString(HashAlgorithmName.SHA256) == Server.GetCertHashString(HashAlgorithmName.SHA256),
            });
            return tls;
        }

        public Task<List<JsonNode>> UntilAsync(long start, int count) => UntilAsync(start, leaf => (string)leaf["event"]!["module"]! == "external", count);

        public async Task<List<JsonNode>> UntilAsync(long start, Func<JsonNode, bool> which, int count)
        {
            var end = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(30);
            while (true)
            {
                var found = Log.Records.Read(start, int.MaxValue).Select(record => JsonNode.Parse(record.Payload)!).Where(which).ToList();
                if (found.Count >= count || TimeProvider.System.GetUtcNow() > end)
                {
                    Assert.True(found.Count >= count, $"{found.Count} of {count} events arrived");
                    return found;
                }

                await Task.Delay(50);
            }
        }

        protected override void Configure(FixtureSettings settings)
        {
            base.Configure(settings);
            File.WriteAllText(Path.Combine(folder, "server.pem"), Server.ExportCertificatePem());
            File.WriteAllText(Path.Combine(folder, "server.key"), Server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
            const string Section = "Backbone:Audit:Receiving:";
            settings.Settings[Section + "Syslog:Listen"] = "tcp://127.0.0.1:0;tls://127.0.0.1:0";
            settings.Settings[Section + "Syslog:Certificate"] = Path.Combine(folder, "server.pem");
            settings.Settings[Section + "Syslog:CertificateKey"] = Path.Combine(folder, "server.key");
            settings.Settings[Section + "Syslog:LoopbackSender"] = "local-daemon";
            settings.Settings[Section + "Syslog:MessageSeconds"] = "4";
            settings.Settings[Section + "Syslog:HandshakeSeconds"] = "2";
            settings.Settings[Section + "Senders:gate-3:CertificateSha256:0"] = Known.GetCertHashString(HashAlgorithmName.SHA256);
            settings.Settings[Section + "Senders:gate-4:CertificateSha256:0"] = Over.GetCertHashString(HashAlgorithmName.SHA256);
        }

        private static X509Certificate2 Certificate(string name, int days)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
            var now = TimeProvider.System.GetUtcNow();
            return request.CreateSelfSigned(now.AddDays(-10), now.AddDays(days));
        }
    }
}
