using System.Text;
using Microsoft.AspNetCore.Http;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Backbone.Identity.MachineGrant;

/// <summary>
/// A client-credentials request as nearly all are: nothing but grant, scope, one resource and one proof, each once. Whatever else a request
/// holds, known to anybody or not, makes it not plain, and the engine reads it.
/// </summary>
internal readonly struct MachineRequest
{
    public const string Path = "/connect/token";

    private const string Form = "application/x-www-form-urlencoded";
    private const string Basic = "Basic ";
    private const int LongestBasic = 1024;

    private MachineRequest(string clientId, string secret, string? scope, string? resource)
    {
        ClientId = clientId;
        Secret = secret;
        Scope = scope;
        Resource = resource;
    }

    public string ClientId { get; }

    public string Secret { get; }

    public string? Scope { get; }

    public string? Resource { get; }

    /// <summary>What can be said before the body is read.</summary>
    public static bool MayBePlain(HttpContext http) =>
        HttpMethods.IsPost(http.Request.Method)
        && http.Request.Path.Value == Path
        && !http.Request.PathBase.HasValue
        && !http.Request.QueryString.HasValue
        && http.Request.ContentType?.StartsWith(Form, StringComparison.OrdinalIgnoreCase) == true
        && http.Connection.ClientCertificate is null;

    public static MachineRequest? Read(HttpRequest request, IFormCollection form)
    {
        string? grant = null, scope = null, resource = null, clientId = null, secret = null;
        foreach (var (name, values) in form)
        {
            if (values.Count != 1 || values[0] is not { Length: > 0 } value)
            {
                return null;
            }

            switch (name)
            {
                case Parameters.GrantType: grant = value; break;
                case Parameters.Scope: scope = value; break;
                case Parameters.Resource: resource = value; break;
                case Parameters.ClientId: clientId = value; break;
                case Parameters.ClientSecret: secret = value; break;
                default: return null;
            }
        }

        if (form.Files.Count > 0 || grant != GrantTypes.ClientCredentials || !TryProof(request, ref clientId, ref secret))
        {
            return null;
        }

        return new MachineRequest(clientId!, secret!, scope, resource);
    }

    /// <summary>RFC 6749 2.3: one way of proof per request, in the header or in the body.</summary>
    private static bool TryProof(HttpRequest request, ref string? clientId, ref string? secret)
    {
        var headers = request.Headers.Authorization;
        if (headers.Count == 0)
        {
            return clientId is not null && secret is not null;
        }

        if (headers.Count > 1 || clientId is not null || secret is not null
            || headers[0] is not { Length: <= LongestBasic } header || !header.StartsWith(Basic, StringComparison.Ordinal))
        {
            return false;
        }

        Span<byte> pair = stackalloc byte[LongestBasic];
        if (!Convert.TryFromBase64Chars(header.AsSpan(Basic.Length), pair, out var length) || !Ascii.IsValid(pair[..length])
            || pair[..length].IndexOf((byte)':') is not (> 0 and var colon) || colon == length - 1)
        {
            return false;
        }

        clientId = Unescape(pair[..colon]);
        secret = Unescape(pair[(colon + 1)..length]);
        return true;
    }

    private static string Unescape(ReadOnlySpan<byte> ascii)
    {
        var text = Encoding.ASCII.GetString(ascii);
        return ascii.IndexOfAny((byte)'+', (byte)'%') < 0 ? text : Uri.UnescapeDataString(text.Replace("+", "%20", StringComparison.Ordinal));
    }
}
