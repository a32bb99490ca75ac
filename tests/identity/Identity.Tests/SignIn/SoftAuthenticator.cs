using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Backbone.Identity.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.Tests.SignIn;

/// <summary>An authenticator in software with one ES256 key: answers as WebAuthn Level 3, 6.3.3 says, or wrong on purpose.</summary>
internal sealed class SoftAuthenticator : IDisposable
{
    private const byte UserPresent = 0x01;
    private const byte UserVerified = 0x04;
    private const byte HoldsCredential = 0x40;

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] id = RandomNumberGenerator.GetBytes(16);
    private uint counter = 1;

    /// <summary>The account gets this authenticator's key, as registration would have left it.</summary>
    public async Task EnrolAsync(SignInPerson person)
    {
        await using var scope = person.Host.Backbone.Services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var passkey = new UserPasskeyInfo(id, PublicKey(), person.Host.Clock.GetUtcNow(), 0, ["internal"], true, false, false, [1], [1]);
        Assert.True((await accounts.AddOrUpdatePasskeyAsync((await accounts.FindByIdAsync(person.Id.ToString("D")))!, passkey)).Succeeded);
    }

    /// <param name="options">What the host asked for.</param>
    /// <param name="origin">Where the browser says it is.</param>
    /// <param name="user">Whose key the browser says it is.</param>
    /// <param name="verified">Whether the device checked its user (PIN, finger).</param>
    public string Answer(JsonNode options, Uri origin, Guid user, bool verified = true)
    {
        var client = ClientData("webauthn.get", options, origin);
        var data = AuthenticatorData(origin, (byte)(UserPresent | (verified ? UserVerified : 0)));
        var signature = key.SignData([.. data, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return new JsonObject
        {
            ["id"] = Base64Url.EncodeToString(id),
            ["rawId"] = Base64Url.EncodeToString(id),
            ["type"] = "public-key",
            ["clientExtensionResults"] = new JsonObject(),
            ["response"] = new JsonObject
            {
                ["clientDataJSON"] = Base64Url.EncodeToString(client),
                ["authenticatorData"] = Base64Url.EncodeToString(data),
                ["signature"] = Base64Url.EncodeToString(signature),
                ["userHandle"] = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(user.ToString("D"))),
            },
        }.ToJsonString();
    }

    /// <summary>A new passkey, with the attestation "none" that browsers give (WebAuthn Level 3, 8.7).</summary>
    /// <param name="options">What the host asked for.</param>
    /// <param name="origin">Where the browser says it is.</param>
    public JsonObject Create(JsonNode options, Uri origin)
    {
        byte[] data =
        [
            .. AuthenticatorData(origin, UserPresent | UserVerified | HoldsCredential), .. new byte[16], 0, (byte)id.Length, .. id, .. PublicKey(),
        ];
        byte[] attestation =
        [
            0xA3, 0x63, .. "fmt"u8, 0x64, .. "none"u8, 0x67, .. "attStmt"u8, 0xA0, 0x68, .. "authData"u8, 0x58, (byte)data.Length, .. data,
        ];
        return new JsonObject
        {
            ["id"] = Base64Url.EncodeToString(id),
            ["rawId"] = Base64Url.EncodeToString(id),
            ["type"] = "public-key",
            ["clientExtensionResults"] = new JsonObject(),
            ["response"] = new JsonObject
            {
                ["clientDataJSON"] = Base64Url.EncodeToString(ClientData("webauthn.create", options, origin)),
                ["attestationObject"] = Base64Url.EncodeToString(attestation),
                ["transports"] = new JsonArray("internal"),
            },
        };
    }

    public void Dispose() => key.Dispose();

    private static byte[] ClientData(string type, JsonNode options, Uri origin) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["type"] = type,
        ["challenge"] = options["challenge"]!.GetValue<string>(),
        ["origin"] = origin.GetLeftPart(UriPartial.Authority),
        ["crossOrigin"] = false,
    }.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));

    private byte[] AuthenticatorData(Uri origin, byte flags)
    {
        var data = new byte[37];
        SHA256.HashData(Encoding.ASCII.GetBytes(origin.Host), data);
        data[32] = flags;
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(33), ++counter);
        return data;
    }

    /// <summary>COSE_Key, RFC 9053: EC2, ES256, P-256.</summary>
    private byte[] PublicKey()
    {
        var point = key.ExportParameters(false).Q;
        return [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, .. point.X!, 0x22, 0x58, 0x20, .. point.Y!];
    }
}
