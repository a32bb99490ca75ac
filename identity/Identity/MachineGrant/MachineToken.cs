using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;

namespace Backbone.Identity.MachineGrant;

/// <summary>
/// Writes the token endpoint's answer with a signed RFC 9068 access token in it, in the engine's form to the byte. One instance per signing
/// key: the header never changes, and the library's signature provider is made once.
/// </summary>
#pragma warning disable CA1001 // The provider goes with the key, which the ring holds; requests may still be signing when another takes over.
internal sealed class MachineToken
#pragma warning restore CA1001
{
    private const int SignatureBytes = 64;
    private const int IdBytes = 16;
    private const string Start = "{\n  \"access_token\": \"";

    /// <summary>As the library writes tokens: "at+jwt" stays readable. Nothing of this is ever put into a page.</summary>
    private static readonly JsonWriterOptions Plainly = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly byte[] _start;
    private readonly int _header;
    private readonly AsymmetricSignatureProvider _signer;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? scratch;

    public MachineToken(SigningCredentials credentials)
    {
        Credentials = credentials;
        _signer = new AsymmetricSignatureProvider(credentials.Key, credentials.Algorithm, willCreateSignatures: true);
        var header = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(header, Plainly))
        {
            writer.WriteStartObject();
            writer.WriteString("alg", credentials.Algorithm);
            writer.WriteString("kid", credentials.Kid);
            writer.WriteString("typ", OpenIddictConstants.JsonWebTokenTypes.AccessToken);
            writer.WriteEndObject();
        }

        _start = [.. Encoding.ASCII.GetBytes(Start + Base64Url.EncodeToString(header.WrittenSpan) + ".")];
        _header = Start.Length;
    }

    public SigningCredentials Credentials { get; }

    /// <summary>The whole body of the answer.</summary>
    /// <param name="output">Filled from where it stands.</param>
    /// <param name="claims">What the token says.</param>
    /// <param name="expiresIn">Seconds.</param>
    public void Write(ArrayBufferWriter<byte> output, in MachineClaims claims, long expiresIn)
    {
        output.Write(_start);
        WriteClaims(output, claims);
        Span<byte> signature = stackalloc byte[SignatureBytes];
        var signed = output.WrittenSpan[_header..];
        if (!_signer.Sign(signed, signature, out var length) || length != SignatureBytes)
        {
            throw new CryptographicException($"An ES256 signature has {SignatureBytes} bytes, the provider gave {length}.");
        }

        output.Write("."u8);
        Encode(output, signature);
        output.Write("\",\n  \"token_type\": \"Bearer\",\n  \"expires_in\": "u8);
        Utf8Formatter.TryFormat(expiresIn, output.GetSpan(20), out var digits);
        output.Advance(digits);
        output.Write("\n}"u8);
    }

    private static void WriteClaims(ArrayBufferWriter<byte> output, in MachineClaims claims)
    {
        var json = scratch ??= new ArrayBufferWriter<byte>(512);
        json.ResetWrittenCount();
        Span<byte> id = stackalloc byte[IdBytes];
        RandomNumberGenerator.Fill(id);
        using (var writer = new Utf8JsonWriter(json, Plainly))
        {
            writer.WriteStartObject();
            writer.WriteString("iss", claims.Issuer);
            writer.WriteNumber("exp", claims.Expires);
            writer.WriteNumber("iat", claims.Issued);
            writer.WriteString("aud", claims.Audience);
            if (claims.Scope is not null)
            {
                writer.WriteString("scope", claims.Scope);
            }

            // Not a Guid's form: the id of a token without a row is never taken for a row's.
            writer.WriteString("jti", Base64Url.EncodeToString(id));
            writer.WriteString("sub", claims.ClientId);
            writer.WriteString("client_id", claims.ClientId);
            writer.WriteEndObject();
        }

        Encode(output, json.WrittenSpan);
    }

    private static void Encode(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> bytes)
    {
        var length = Base64Url.GetEncodedLength(bytes.Length);
        Base64Url.EncodeToUtf8(bytes, output.GetSpan(length), out _, out var written);
        output.Advance(written);
    }
}

/// <summary>The claims of a machine's access token (RFC 9068 2.2); times in seconds since 1970.</summary>
internal readonly record struct MachineClaims(string Issuer, string ClientId, string Audience, string? Scope, long Issued, long Expires);
