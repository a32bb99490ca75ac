using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Backbone.Testing;
using Microsoft.AspNetCore.WebUtilities;

namespace Backbone.Integration.Tests.Foreign;

/// <summary>
/// A host whose operator has added apps of their own to the catalogue, one per foreign client. Their ports are chosen first: a
/// redirect URI is registered before its app runs, as in life.
/// </summary>
public sealed class ForeignApps : BackboneFixture
{
    private readonly string folder = Directory.CreateTempSubdirectory("backbone-foreign-").FullName;

    public int NodePort { get; } = LoopbackPort.Free();

    public int PublicPort { get; } = LoopbackPort.Free();

    public int EnterprisePort { get; } = LoopbackPort.Free();

    public int ApachePort { get; } = LoopbackPort.Free();

    public string SecretFile(string app) => Path.Combine(folder, app + ".secret");

    protected override void Configure(FixtureSettings settings)
    {
        settings.Demo = true;
        settings.Settings["Backbone:Catalogue"] = folder;
        Write("foreign-web", NodePort, "web", ["/callback"], ["/signed-out"]);
        Write("foreign-spa", PublicPort, "spa", ["/callback"], ["/signed-out"]);
        Write("foreign-enterprise", EnterprisePort, "web", ["/callback"], ["/signed-out"], """
            organisations:
              acting: required
              powers: { file: { zh: 申报, en: File returns } }

            """);
        Write("foreign-apache", ApachePort, "web", ["/protected/redirect_uri"], ["/signed-out.html"]);
    }

    private void Write(string id, int port, string kind, string[] redirects, string[] afterLogout, string more = "")
    {
        var secret = "";
        if (kind == "web")
        {
            File.WriteAllText(SecretFile(id), WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32)));
            File.SetUnixFileMode(SecretFile(id), UnixFileMode.UserRead | UnixFileMode.UserWrite);
            secret = $"\n  secret: file:{SecretFile(id)}";
        }

        File.WriteAllText(Path.Combine(folder, id + ".yml"), $"""
            id: {id}
            name: {"{"} zh: 外部应用, en: Foreign app {"}"}
            description: {"{"} zh: 用别人的程序库登录。, en: Signs in with a library we did not write. {"}"}
            owner: {"{"} zh: 测试, en: Tests {"}"}
            sector: platforms
            region: {"{"} zh: 山东省, en: Shandong Province {"}"}
            level: 1
            audience: both
            state: live
            start: http://localhost:{port}/
            {more}client:
              kind: {kind}
              grants: [authorization_code, refresh_token]
              scopes: [openid, profile, offline_access, services.read]
              requests: [urn:backbone:api:ai-shandong]
              consent: ask{secret}
              redirects: [{string.Join(", ", redirects.Select(path => $"http://localhost:{port}{path}"))}]
              post-logout: [{string.Join(", ", afterLogout.Select(path => $"http://localhost:{port}{path}"))}]

            """);
    }
}
