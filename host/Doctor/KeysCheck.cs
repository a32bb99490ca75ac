using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;

namespace Backbone.Host.Doctor;

/// <summary>Key and secret files belong to their owner alone; the TLS certificate is in date.</summary>
internal sealed class KeysCheck(BackboneOptions options, IConfiguration configuration, TimeProvider clock) : IDoctorCheck
{
    private const string CertificatePath = "Kestrel:Certificates:Default:Path";
    private static readonly string[] Folders = ["keys", "secrets"];
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    public string Area => "keys";

    public Task<IReadOnlyList<DoctorFinding>> ExamineAsync(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<DoctorFinding>>([.. Files(), .. Certificate()]);

    private IEnumerable<DoctorFinding> Files()
    {
        var files = Folders.Select(name => options.PathOf(name)).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)).ToList();
        if (options.MasterKey is not null)
        {
            files.Add(options.MasterKeyPath);
        }

        foreach (var file in files.Where(file => !OperatingSystem.IsWindows()
            && (File.GetUnixFileMode(file) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0))
        {
            yield return DoctorFinding.Problem($"{file} is open to more than its owner", $"chmod 600 {file}, then replace what it holds: others may have read it.");
        }

        yield return DoctorFinding.Sound($"{files.Count} key and secret files looked at");
    }

    private IEnumerable<DoctorFinding> Certificate()
    {
        if (configuration[CertificatePath] is not { Length: > 0 } path)
        {
            yield break;
        }

        DoctorFinding finding;
        try
        {
            var password = configuration["Kestrel:Certificates:Default:Password"];
            using var certificate = path.EndsWith(".pfx", StringComparison.OrdinalIgnoreCase)
                ? X509CertificateLoader.LoadPkcs12FromFile(path, password)
                : X509CertificateLoader.LoadCertificateFromFile(path);
            var left = certificate.NotAfter.ToUniversalTime() - clock.GetUtcNow().UtcDateTime;
            finding = left < TimeSpan.Zero ? DoctorFinding.Problem($"the TLS certificate {path} expired", "Renew it.")
                : left < RenewBefore ? DoctorFinding.Warning($"the TLS certificate {path} expires in {left.Days} days", "Renew it.")
                : DoctorFinding.Sound($"the TLS certificate is valid for {left.Days} days");
        }
        catch (Exception failure) when (failure is CryptographicException or IOException)
        {
            finding = DoctorFinding.Problem($"the TLS certificate {path} cannot be read: {failure.Message}", $"Correct {CertificatePath}.");
        }

        yield return finding;
    }
}
