using System.Security.Cryptography.X509Certificates;
using Backbone.Audit.Doctor;
using Backbone.Audit.Forwarding;
using Backbone.Audit.Tests.Receiving;
using Backbone.Platform.Web.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Audit.Tests.Forwarding;

/// <summary>Where an authority is named, a forwarding host speaks to a server with a certificate from it, valid and for its name, and to nobody else.</summary>
public sealed class ForwardTlsTests(SendersHost log) : IClassFixture<SendersHost>, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("authority-").FullName;
    private readonly TestAuthority authority = new("Authority of the log");
    private readonly TestAuthority other = new("Another authority");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        authority.Dispose();
        other.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_log_of_another_authority_or_name_or_time_is_sent_nothing_and_said_with_its_cure_and_the_right_one_gets_all()
    {
        using var doors = new Doors(other.Issue());
        await using var road = await LogRoad.StartAsync(log.Address, doors.Open);
        await using var machines = await TwoMachines.StartAsync(log, settings: new() { ["Url"] = road.Url, ["CertificateAuthority"] = AuthorityFile() });
        await machines.AppendAsync(120);
        await AssertSaidAsync("PartialChain", "Backbone:Audit:Forward:CertificateAuthority");
        doors.Replace(authority.Issue("audit.example.cn"));
        await AssertSaidAsync("RemoteCertificateNameMismatch", "a certificate for the name 127.0.0.1");
        doors.Replace(authority.Issue(lastDay: -1));
        await AssertSaidAsync("NotTimeValid", "the clocks of both hosts");
        Assert.Equal(0, road.Requests);
        doors.Replace(authority.Issue());
        await machines.AssertArrivedAsync();

        async Task AssertSaidAsync(string reason, string cure)
        {
            await doors.TriedAsync();
            var said = (await machines.Sender.Services.GetServices<IDoctorCheck>().OfType<SpoolCheck>().Single().ExamineAsync(Cancellation))
                .Single(finding => finding.What.StartsWith("the log never answered", StringComparison.Ordinal));
            Assert.Equal(DoctorSeverity.Warning, said.Severity);
            Assert.Contains($"the certificate of the log at {road.Url} is refused", said.What, StringComparison.Ordinal);
            Assert.Contains(reason, said.What, StringComparison.Ordinal);
            Assert.Contains(cure, said.Advice, StringComparison.Ordinal);
            Assert.Contains(cure, machines.Progress.Fault!.Cure, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_issuer_of_another_authority_is_not_told_the_secret()
    {
        using var doors = new Doors(other.Issue());
        await using var road = await LogRoad.StartAsync(log.Address, doors.Open);
        await using var machines = await TwoMachines.StartAsync(log, settings: new() { ["Issuer"] = road.Url, ["CertificateAuthority"] = AuthorityFile() });
        await machines.AppendAsync(1);
        await doors.TriedAsync();
        Assert.Contains($"the certificate of the issuer at {road.Url} is refused", machines.Progress.Fault!.Reason, StringComparison.Ordinal);
        Assert.Equal((0, 0), (road.Requests, machines.Road.Batches));
        doors.Replace(authority.Issue());
        await machines.AssertArrivedAsync();
    }

    [Fact]
    public async Task Without_a_file_of_its_authority_a_private_certificate_is_refused()
    {
        using var doors = new Doors(authority.Issue());
        await using var road = await LogRoad.StartAsync(log.Address, doors.Open);
        await using var machines = await TwoMachines.StartAsync(log, settings: new() { ["Url"] = road.Url });
        await machines.AppendAsync(1);
        await doors.TriedAsync();
        Assert.Contains("an authority this machine trusts", machines.Progress.Fault!.Cure, StringComparison.Ordinal);
        Assert.Equal(0, road.Requests);
    }

    [Fact]
    public async Task A_file_without_a_certificate_stops_the_start_by_its_name()
    {
        await using var machines = await TwoMachines.StartAsync(log);
        await machines.StopSenderAsync();
        var empty = Path.Combine(folder, "empty.pem");
        await File.WriteAllTextAsync(empty, "-----BEGIN NOTHING-----", Cancellation);
        machines.Settings["CertificateAuthority"] = empty;
        var refused = await Assert.ThrowsAnyAsync<Exception>(machines.StartSenderAsync);
        Assert.Contains($"an existing PEM file with a certificate, is \"{empty}\"", refused.Message, StringComparison.Ordinal);
    }

    private string AuthorityFile()
    {
        var file = Path.Combine(folder, "authority.pem");
        File.WriteAllText(file, authority.Pem);
        return file;
    }

    /// <summary>The certificate a server shows, which may be replaced, and who knocked since.</summary>
    private sealed class Doors(X509Certificate2 first) : IDisposable
    {
        private readonly Lock gate = new();
        private readonly List<X509Certificate2> all = [first];
        private SemaphoreSlim knocks = new(0);

        public X509Certificate2 Open()
        {
            lock (gate)
            {
                knocks.Release();
                return all[^1];
            }
        }

        public void Replace(X509Certificate2 next)
        {
            lock (gate)
            {
                all.Add(next);
                knocks = new SemaphoreSlim(0);
            }
        }

        /// <summary>Somebody came twice: what became of the first time is known.</summary>
        public async Task TriedAsync()
        {
            SemaphoreSlim now;
            lock (gate)
            {
                now = knocks;
            }

            await now.WaitAsync(Cancellation);
            await now.WaitAsync(Cancellation);
        }

        public void Dispose()
        {
            knocks.Dispose();
            all.ForEach(one => one.Dispose());
        }
    }
}
