using System.Buffers.Text;
using System.Security.Cryptography;

namespace Backbone.Testing;

/// <summary>A program with a client of its own, as an operator writes it into the catalogue.</summary>
public static class MachineApp
{
    /// <summary>Writes <c>ID.yml</c> and its secret beside it (0600). Answers the path of the secret.</summary>
    /// <param name="catalogue">The folder.</param>
    /// <param name="id">The client's id.</param>
    /// <param name="scopes">Of its tokens.</param>
    /// <param name="requests">The interfaces they are for.</param>
    public static string Write(string catalogue, string id, string scopes, string requests = "urn:backbone:api:audit")
    {
        var secret = Path.Combine(catalogue, id + ".secret");
        File.WriteAllText(secret, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(Path.Combine(catalogue, id + ".yml"), $$"""
            id: {{id}}
            name: { zh: 外部系统, en: Foreign system }
            description: { zh: 发送审计事件。, en: Sends events. }
            owner: { zh: 测试, en: Tests }
            sector: platforms
            region: { zh: 山东省, en: Shandong Province }
            level: 1
            audience: both
            listed: false
            state: live
            client:
              kind: machine
              grants: [client_credentials]
              scopes: [{{scopes}}]
              requests: [{{requests}}]
              consent: pre
              secret: file:{{secret}}

            """);
        return secret;
    }
}
