using System.Diagnostics;
using Backbone.Testing;

namespace Backbone.Integration.Tests.Foreign;

/// <summary>Apache with mod_auth_openidc, in the foreground, on a folder of its own; whoever passes sees the claims as headers.</summary>
internal sealed class ApacheRelyingParty : IAsyncDisposable
{
    private readonly Process process;
    private readonly string folder;

    private ApacheRelyingParty(Process process, string folder, int port)
    {
        this.process = process;
        this.folder = folder;
        Address = new Uri($"http://localhost:{port}");
    }

    public Uri Address { get; }

    public static async Task<ApacheRelyingParty> StartAsync(int port, Uri issuer, string clientId, string secret)
    {
        var apache = RealServers.Apache();
        const string modules = "/usr/lib/apache2/modules";
        if (!File.Exists($"{modules}/mod_auth_openidc.so"))
        {
            RealServers.Missing("mod_auth_openidc");
        }

        var folder = Directory.CreateTempSubdirectory("backbone-apache-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "www", "protected"));
        // Served text names the person Apache let in: mod_include prints the variables the module set.
        await File.WriteAllTextAsync(Path.Combine(folder, "www", "protected", "index.shtml"),
            "sub=<!--#echo var=\"OIDC_CLAIM_sub\" -->;iss=<!--#echo var=\"OIDC_CLAIM_iss\" -->;name=<!--#echo var=\"OIDC_CLAIM_name\" -->");
        await File.WriteAllTextAsync(Path.Combine(folder, "www", "signed-out.html"), "signed out");
        await File.WriteAllTextAsync(Path.Combine(folder, "apache.conf"), $"""
            ServerRoot "{folder}"
            ServerName localhost
            Listen 127.0.0.1:{port}
            User www-data
            Group www-data
            PidFile "{folder}/pid"
            ErrorLog "{folder}/error.log"
            Mutex file:{folder} default
            LoadModule mpm_event_module {modules}/mod_mpm_event.so
            LoadModule authz_core_module {modules}/mod_authz_core.so
            LoadModule authn_core_module {modules}/mod_authn_core.so
            LoadModule authz_user_module {modules}/mod_authz_user.so
            LoadModule dir_module {modules}/mod_dir.so
            LoadModule mime_module {modules}/mod_mime.so
            LoadModule include_module {modules}/mod_include.so
            LoadModule auth_openidc_module {modules}/mod_auth_openidc.so
            DocumentRoot "{folder}/www"
            DirectoryIndex index.shtml
            TypesConfig /dev/null
            AddType text/html .shtml .html
            AddOutputFilter INCLUDES .shtml
            <Directory "{folder}/www">
              Options +Includes
              Require all granted
            </Directory>
            OIDCProviderMetadataURL {issuer.GetLeftPart(UriPartial.Authority)}/.well-known/openid-configuration
            OIDCClientID {clientId}
            OIDCClientSecret {secret}
            OIDCRedirectURI http://localhost:{port}/protected/redirect_uri
            OIDCCryptoPassphrase {Guid.CreateVersion7():N}
            OIDCPKCEMethod S256
            OIDCScope "openid profile"
            OIDCProviderTokenEndpointAuth client_secret_basic
            <Location /protected>
              AuthType openid-connect
              Require valid-user
            </Location>

            """);
        var start = new ProcessStartInfo(apache) { RedirectStandardError = true };
        string[] arguments = ["-f", Path.Combine(folder, "apache.conf"), "-D", "FOREGROUND"];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // As root Apache gives its workers away to another user, who must be able to read the folder.
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        var process = Process.Start(start)!;
        var party = new ApacheRelyingParty(process, folder, port);
        await party.AnswersAsync();
        return party;
    }

    public string ErrorLog() => File.Exists(Path.Combine(folder, "error.log")) ? File.ReadAllText(Path.Combine(folder, "error.log")) : "";

    public async ValueTask DisposeAsync()
    {
        // With its workers: killed alone, it leaves them behind, each with the port.
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task AnswersAsync()
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        for (var attempt = 0; attempt < 100; attempt++)
        {
            try
            {
                using var response = await client.GetAsync(new Uri(Address, "signed-out.html"));
                return;
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }

        Assert.Fail($"Apache did not answer. {ErrorLog()}");
    }
}
